/**
 * What the Java library does not offer of Linux: netlink sockets, network namespaces, BPF maps. The
 * only package that knows jnr. Must not know what the bytes mean, nor tables, sessions or peers.
 *
 * <p>Made for x86-64 and arm64. Everything used here is equal on both: error numbers, {@code
 * SOL_SOCKET} options, {@code SOCK_*} and {@code O_CLOEXEC} are the kernel's generic ones (MIPS,
 * SPARC and PA-RISC have others), pointers and {@code long} have 8 bytes. Of what differs between
 * the two, some {@code O_*} flags are not used, and calls go by name through libc; {@link
 * io.conntracksync.node.linux.Bpf}, for which libc has no name, knows both numbers.
 */
package io.conntracksync.node.linux;
