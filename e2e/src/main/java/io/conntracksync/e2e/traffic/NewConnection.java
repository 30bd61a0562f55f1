package io.conntracksync.e2e.traffic;

/**
 * Whether the VM could be reached by a connection opened at the end of the run; {@code note} says
 * why not. It tells a VM that is gone from a connection that a firewall forgot.
 */
public record NewConnection(String address, Family family, boolean ok, String note) {}
