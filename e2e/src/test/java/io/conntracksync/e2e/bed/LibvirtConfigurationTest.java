package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibvirtConfigurationTest {
  private static final UUID HOST = UUID.fromString("11111111-2222-3333-4444-555555555555");

  @TempDir Path folder;

  @Test
  void everyDaemonHasAHostIdentityOfItsOwn() {
    assertThat(LibvirtConfiguration.libvirtdConf(HOST, Path.of("/log")))
        .contains("host_uuid = \"" + HOST + "\"\n");
  }

  @Test
  void everyNodeKnowsBothNames() {
    assertThat(LibvirtConfiguration.hosts())
        .contains("127.0.0.1 localhost\n", "10.10.0.11 nodea\n", "10.10.0.12 nodeb\n");
  }

  @Test
  void theMainHookIsThereAndTheFolderForOthersIsEmpty() {
    LibvirtConfiguration.write(folder, HOST);

    assertThat(folder.resolve("hooks/qemu")).isExecutable();
    assertThat(folder.resolve("hooks/qemu.d")).isEmptyDirectory();
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("hooks", "libvirtd.conf", "qemu.conf");
  }
}
