package io.conntracksync.node.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.backend.Decision.Refuse;
import io.conntracksync.node.backend.Decision.Take;
import io.conntracksync.node.backend.Decision.Wait;
import io.conntracksync.node.backend.Sight.Kind;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What was found and what was set, to what is done. */
class BackendChoiceTest {
  private final Set<Kind> looked = EnumSet.noneOf(Kind.class);

  @ParameterizedTest(name = "the API {0}, the maps {1}: {2}")
  @CsvSource({
    "USABLE,      USABLE,   CILIUM_API",
    "USABLE,      ABSENT,   CILIUM_API",
    "USABLE,      UNUSABLE, CILIUM_API",
    "NOT_OFFERED, USABLE,   CILIUM_BPF",
    "NOT_OFFERED, ABSENT,   wait for the maps",
    "NOT_OFFERED, NOT_YET,  wait for the maps",
    "NOT_OFFERED, UNUSABLE, refuse the maps",
    "ABSENT,      USABLE,   CILIUM_BPF",
    "ABSENT,      ABSENT,   NETFILTER",
    "ABSENT,      NOT_YET,  wait for the maps",
    "ABSENT,      UNUSABLE, refuse the maps",
    "NOT_YET,     USABLE,   wait for the API",
    "NOT_YET,     ABSENT,   wait for the API",
    "NOT_YET,     UNUSABLE, wait for the API",
    "UNUSABLE,    USABLE,   refuse the API",
    "UNUSABLE,    ABSENT,   refuse the API",
  })
  void leftToItself(Kind api, Kind maps, String outcome) {
    assertThat(text(decide(BackendSetting.AUTO, api, maps))).isEqualTo(outcome);
  }

  @ParameterizedTest(name = "{0}, which is {1}: {2}")
  @CsvSource({
    "CILIUM_API, USABLE,      CILIUM_API",
    "CILIUM_API, ABSENT,      wait for the API",
    "CILIUM_API, NOT_YET,     wait for the API",
    "CILIUM_API, NOT_OFFERED, refuse the API",
    "CILIUM_API, UNUSABLE,    refuse the API",
    "CILIUM_BPF, USABLE,      CILIUM_BPF",
    "CILIUM_BPF, ABSENT,      wait for the maps",
    "CILIUM_BPF, NOT_YET,     wait for the maps",
    "CILIUM_BPF, UNUSABLE,    refuse the maps",
  })
  void whatIsSetIsTakenOrNothing(BackendSetting set, Kind found, String outcome) {
    for (Kind other : Kind.values()) {
      Decision decision =
          set == BackendSetting.CILIUM_API ? decide(set, found, other) : decide(set, other, found);

      assertThat(text(decision)).isEqualTo(outcome);
      if (!(decision instanceof Take)) {
        assertThat(decision.why()).startsWith("the backend " + set.text() + " is set: ");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void netfilterIsTakenWithoutALook(Kind any) {
    assertThat(text(decide(BackendSetting.NETFILTER, any, any))).isEqualTo("NETFILTER");
    assertThat(looked).isEmpty();
  }

  private Decision decide(BackendSetting setting, Kind api, Kind maps) {
    return BackendChoice.decide(
        setting,
        new CiliumProbe() {
          @Override
          public Sight api() {
            looked.add(api);
            return new Sight(api, "the API");
          }

          @Override
          public Sight maps() {
            looked.add(maps);
            return new Sight(maps, "the maps");
          }
        });
  }

  /** What is waited for or refused must be named. */
  private static String text(Decision decision) {
    if (decision instanceof Take take) {
      return take.backend().name();
    }
    String of = decision.why().contains("the API") ? "the API" : "the maps";
    assertThat(decision.why()).contains(of);
    assertThat(decision).isInstanceOfAny(Wait.class, Refuse.class);
    return (decision instanceof Wait ? "wait for " : "refuse ") + of;
  }
}
