package io.conntracksync.e2e.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordingTest {
  private final Recording recording = Recording.of("/kubevirt-recording.yaml");

  @Test
  void everyDocumentIsRead() {
    assertThat(recording.documents()).hasSize(42);
  }

  @Test
  void podsAreMatchedToTheirUids() {
    assertThat(recording.podNames())
        .containsEntry("f99504f1-2b2c-40f7-a69f-8afafbdb64ca", "virt-launcher-web-6xcbh")
        .containsEntry("178a7923-e7ac-4928-9504-2953b6793fe6", "virt-launcher-web-69tqw")
        .containsEntry("a10fccd3-94de-417e-9414-dd58b97fb88f", "virt-launcher-web-msb9p");
  }
}
