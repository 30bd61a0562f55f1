/**
 * The product from its packed chart to a migration and away again, by the commands of its guides.
 */
package io.conntracksync.e2e.install;
