package io.conntracksync.node.linux;

/**
 * {@code O_DIRECTORY | O_NOFOLLOW}, which have other numbers on arm64 than on most machines.
 * Source: asm-generic/fcntl.h, arch/arm64/include/uapi/asm/fcntl.h.
 */
final class FolderFlags {
  static final int OF_THIS_MACHINE =
      System.getProperty("os.arch").equals("aarch64") ? 040000 | 0100000 : 0200000 | 0400000;

  private FolderFlags() {}
}
