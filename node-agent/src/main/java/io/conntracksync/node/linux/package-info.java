/**
 * What the Java library does not offer of Linux: netlink sockets, network namespaces. The only
 * package that knows jnr. Must not know what the bytes mean, nor tables, sessions or peers.
 *
 * <p>Made for x86-64 and arm64. Everything used here is equal on both: error numbers, {@code
 * SOL_SOCKET} options, {@code SOCK_*} and {@code O_CLOEXEC} are the kernel's generic ones (MIPS,
 * SPARC and PA-RISC have others), pointers and {@code long} have 8 bytes. What differs between the
 * two, system call numbers and some {@code O_*} flags, is not used: calls go by name through libc.
 */
package io.conntracksync.node.linux;
