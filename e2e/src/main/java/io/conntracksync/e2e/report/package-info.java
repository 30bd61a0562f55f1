/**
 * What the demo tells people: the report as JSON and as a page, the progress on a terminal. Pure
 * values in, text out; knows nothing of the bed, and of traffic only its result.
 */
package io.conntracksync.e2e.report;
