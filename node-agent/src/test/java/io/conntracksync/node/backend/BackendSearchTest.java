package io.conntracksync.node.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFormat;
import io.conntracksync.node.table.ciliumapi.InMemoryCiliumAgent;
import io.conntracksync.node.table.ciliumapi.InMemoryCiliumAgent.Fault;
import io.conntracksync.node.table.ciliumbpf.CiliumPaths;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A look at a real socket. Maps need root: see {@link BackendSearchRootIT}. */
class BackendSearchTest {
  @TempDir Path folder;

  @Test
  void anApiThatAnswersIsTaken() throws Exception {
    try (InMemoryCiliumAgent agent = InMemoryCiliumAgent.at(socket())) {
      agent.has(Fault.NONE);

      assertThat(look(BackendSetting.AUTO))
          .isInstanceOfSatisfying(
              Found.Opened.class,
              opened -> {
                assertThat(opened.backend().table().format())
                    .isEqualTo(new TableFormat("cilium-api", "records/1"));
                assertThat(opened.backend().why()).contains(socket().toString());
                assertThat(opened.backend().advice()).isEmpty();
              });
    }
  }

  /** It is stock Cilium, and its maps are not here: that is not netfilter's node. */
  @Test
  void aCiliumWithoutMapsIsWaitedFor() throws Exception {
    try (InMemoryCiliumAgent agent = InMemoryCiliumAgent.at(socket())) {
      agent.has(Fault.HAS_NO_SUCH_CALL);

      assertThat(look(BackendSetting.AUTO))
          .isInstanceOfSatisfying(
              Found.NotYet.class,
              missing ->
                  assertThat(missing.why())
                      .startsWith("Cilium's agent is here: ")
                      .contains("cilium_ct4_global"));
    }
  }

  @Test
  void aSocketThatWasLeftBehindIsNoSignForNetfilter() throws Exception {
    InMemoryCiliumAgent.at(socket()).close();

    for (BackendSetting setting :
        new BackendSetting[] {BackendSetting.AUTO, BackendSetting.CILIUM_API}) {
      assertThat(look(setting))
          .isInstanceOfSatisfying(
              Found.NotYet.class,
              missing -> assertThat(missing.why()).contains("nobody listens at " + socket()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HAS_NO_SUCH_CALL, use the backend cilium-bpf",
    "EXPORT_HAS_VERSION_2, 'version \"2\" of the records'",
    "SPEAKS_NO_HTTP, is no HTTP",
    "REJECTS_ALL, status 400",
  })
  void whatWillNotComeIsRefused(Fault wrong, String words) throws Exception {
    try (InMemoryCiliumAgent agent = InMemoryCiliumAgent.at(socket())) {
      agent.has(wrong);

      assertThatThrownBy(() -> look(BackendSetting.CILIUM_API))
          .isInstanceOf(TableException.class)
          .hasMessageStartingWith("the backend cilium-api is set: ")
          .hasMessageContaining(words);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FAILS, status 500",
    "NAMES_NO_CLOCK, names no clock source",
    "EXPORT_BREAKS_OFF, early"
  })
  void whatMayComeIsWaitedForAndComes(Fault wrong, String words) throws Exception {
    try (InMemoryCiliumAgent agent = InMemoryCiliumAgent.at(socket())) {
      agent.has(wrong);
      assertThat(look(BackendSetting.AUTO))
          .isInstanceOfSatisfying(
              Found.NotYet.class, missing -> assertThat(missing.why()).contains(words));

      agent.has(Fault.NONE);
      assertThat(look(BackendSetting.AUTO)).isInstanceOf(Found.Opened.class);
    }
  }

  @Test
  void aSetBackendWithoutCiliumIsWaitedFor() throws Exception {
    assertThat(look(BackendSetting.CILIUM_API))
        .isEqualTo(new Found.NotYet("the backend cilium-api is set: there is no " + socket()));
    assertThat(look(BackendSetting.CILIUM_BPF))
        .isInstanceOfSatisfying(
            Found.NotYet.class,
            missing -> assertThat(missing.why()).contains("does Cilium run on this node?"));
  }

  private Found look(BackendSetting setting) throws TableException {
    return new BackendSearch(
            setting,
            new CiliumPaths(
                folder.resolve("maps"),
                socket(),
                folder.resolve("runtime.json"),
                folder.resolve("schedstat")))
        .look();
  }

  private Path socket() {
    return folder.resolve("cilium.sock");
  }
}
