package io.conntracksync.e2e.bed;

/**
 * A service of TCP with one backend, as one node's data path has it: the ids are the node's own.
 *
 * @param address that the guest connects to, of IPv4 or IPv6
 * @param backend the address that gets the connection, of the same family
 * @param id by which replies find the service's address: Cilium's {@code rev_nat_index}
 * @param backendId of the backend
 */
public record LocalService(
    String address, int port, String backend, int backendPort, int id, int backendId) {}
