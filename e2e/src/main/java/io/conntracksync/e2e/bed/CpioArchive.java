package io.conntracksync.e2e.bed;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Builds an archive of the kind that the kernel unpacks as its first file system. Shape of an
 * entry: {@code "070701"}, thirteen numbers of eight hexadecimal digits, the name with a zero, the
 * content; name and content are each followed by zeros up to a multiple of four bytes. Source: the
 * kernel's {@code Documentation/driver-api/early-userspace/buffer-format.rst}.
 */
final class CpioArchive {
  private static final int FOLDER = 0040755;
  private static final int PROGRAM = 0100755;
  private static final int LINK = 0120777;
  private static final int ALIGN = 4;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int inode;

  CpioArchive folder(String name) {
    return entry(name, FOLDER, new byte[0]);
  }

  CpioArchive program(String name, byte[] content) {
    return entry(name, PROGRAM, content);
  }

  CpioArchive link(String name, String target) {
    return entry(name, LINK, target.getBytes(StandardCharsets.UTF_8));
  }

  byte[] finish() {
    entry("TRAILER!!!", 0, new byte[0]);
    return out.toByteArray();
  }

  private CpioArchive entry(String name, int mode, byte[] content) {
    inode++;
    byte[] nameBytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
    // inode, mode, owner, group, links, time, size, device (major, minor), of the device (major,
    // minor), length of the name, checksum
    int[] fields = {inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, nameBytes.length, 0};
    StringBuilder header = new StringBuilder("070701");
    for (int field : fields) {
      header.append(String.format(Locale.ROOT, "%08X", field));
    }
    out.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(nameBytes);
    pad();
    out.writeBytes(content);
    pad();
    return this;
  }

  private void pad() {
    while (out.size() % ALIGN != 0) {
      out.write(0);
    }
  }
}
