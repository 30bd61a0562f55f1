/**
 * The programs under test, as users run them: operator and agents as processes of their own,
 * started from the archives that the build made or from its images. Knows how they are started;
 * knows nothing of what they do.
 */
package io.conntracksync.e2e.product;
