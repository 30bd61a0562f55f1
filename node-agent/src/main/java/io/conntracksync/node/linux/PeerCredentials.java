package io.conntracksync.node.linux;

/**
 * Who is at the other end of a unix socket, as the kernel recorded it when the peer connected
 * ({@code SO_PEERCRED}, unix(7)). The pid is that of our own pid namespace, 0 when the peer lives
 * in none that we see; it may be used again once the peer has gone.
 */
public record PeerCredentials(int pid, int uid, int gid) {}
