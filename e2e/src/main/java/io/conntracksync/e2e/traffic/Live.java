package io.conntracksync.e2e.traffic;

/** How many TCP connections answer at this moment, of those that were opened. */
public record Live(int alive, int total) {}
