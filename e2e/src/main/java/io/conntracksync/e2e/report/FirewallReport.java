package io.conntracksync.e2e.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Packets that the target node's firewall counted during the run: of known connections, opening
 * one, and all others, which it dropped.
 */
public record FirewallReport(
    long established,
    @JsonProperty("new") long opened,
    long dropped,
    long droppedTcp,
    long droppedUdp) {}
