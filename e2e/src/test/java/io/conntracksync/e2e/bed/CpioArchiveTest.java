package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class CpioArchiveTest {
  @Test
  void anEntryIsHeaderNameAndContentEachFilledToFourBytes() {
    byte[] archive =
        new CpioArchive().program("init", "hello".getBytes(StandardCharsets.US_ASCII)).finish();

    String header =
        "070701"
            + "00000001" // inode
            + "000081ED" // a file, rwxr-xr-x
            + "0000000000000000" // owner, group
            + "00000001" // links
            + "00000000" // time
            + "00000005" // size
            + "00000000".repeat(4) // devices
            + "00000005" // length of the name, with its zero
            + "00000000"; // checksum
    String text = new String(archive, StandardCharsets.US_ASCII);
    assertThat(text).startsWith(header + "init\0\0" + "hello\0\0\0" + "070701");
    assertThat(archive.length % 4).isZero();
  }

  @Test
  void theArchiveEndsWithItsTrailer() {
    byte[] archive = new CpioArchive().folder("dev").link("bin/sh", "busybox").finish();

    String text = new String(archive, StandardCharsets.US_ASCII);
    assertThat(text).contains("bin/sh\0", "busybox\0").contains("TRAILER!!!\0");
  }
}
