/**
 * The chart as its users meet it: packaged, rendered and installed by the real helm on a real API
 * server, looked at by the real promtool; and the texts about it. Knows nothing of nodes and
 * guests.
 */
package io.conntracksync.e2e.chart;
