package io.conntracksync.node.linux;

/**
 * Flags of open(2), some of which have other numbers on arm64 than on most machines. Source:
 * asm-generic/fcntl.h, arch/arm64/include/uapi/asm/fcntl.h.
 */
final class OpenFlags {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  static final int CLOEXEC = 0x80000;
  static final int DIRECTORY = ARM ? 040000 : 0200000;
  static final int NOFOLLOW = ARM ? 0100000 : 0400000;

  /** Names the file and opens nothing: a link is then the link itself. */
  static final int PATH = 010000000;

  private OpenFlags() {}
}
