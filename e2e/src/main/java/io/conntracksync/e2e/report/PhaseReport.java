package io.conntracksync.e2e.report;

/**
 * A phase of the sync: its name, when it was first seen (epoch milliseconds), and what {@code
 * kubectl get conntracksyncs} printed then.
 */
public record PhaseReport(String phase, long atMillis, String kubectlTable) {}
