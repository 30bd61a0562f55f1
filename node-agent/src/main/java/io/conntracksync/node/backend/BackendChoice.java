package io.conntracksync.node.backend;

import io.conntracksync.node.backend.Decision.Refuse;
import io.conntracksync.node.backend.Decision.Take;
import io.conntracksync.node.backend.Decision.Wait;

/**
 * Which backend a node gets. Pure. Left to itself: the API if it answers, else the maps if they are
 * pinned, else netfilter; and netfilter only where there is no trace of Cilium, since a Cilium that
 * is just being started again has its entries nevertheless.
 */
final class BackendChoice {
  private BackendChoice() {}

  static Decision decide(BackendSetting setting, CiliumProbe probe) {
    return switch (setting) {
      case NETFILTER -> new Take(Backend.NETFILTER, "it is set");
      case CILIUM_API -> forced(Backend.CILIUM_API, probe.api());
      case CILIUM_BPF -> forced(Backend.CILIUM_BPF, probe.maps());
      case AUTO -> found(probe);
    };
  }

  private static Decision forced(Backend backend, Sight sight) {
    String why = "the backend %s is set: %s".formatted(backend.text(), sight.words());
    return switch (sight.kind()) {
      case USABLE -> new Take(backend, "it is set");
      case ABSENT, NOT_YET -> new Wait(why);
      case NOT_OFFERED, UNUSABLE -> new Refuse(why);
    };
  }

  private static Decision found(CiliumProbe probe) {
    Sight api = probe.api();
    return switch (api.kind()) {
      case USABLE -> new Take(Backend.CILIUM_API, api.words());
      // Whether this Cilium has the API is not known, and what the other nodes use hangs on it.
      case NOT_YET ->
          new Wait(
              "Cilium's agent is here and does not answer as it should: %s; or set --backend to go without its word"
                  .formatted(api.words()));
      case UNUSABLE ->
          new Refuse("Cilium's agent is here: %s; or set --backend".formatted(api.words()));
      case NOT_OFFERED -> byMaps(api, probe.maps());
      case ABSENT -> withoutAgent(api, probe.maps());
    };
  }

  private static Decision byMaps(Sight api, Sight maps) {
    return switch (maps.kind()) {
      case USABLE -> new Take(Backend.CILIUM_BPF, api.words());
      case ABSENT, NOT_YET -> new Wait("Cilium's agent is here: " + maps.words());
      case NOT_OFFERED, UNUSABLE -> new Refuse("Cilium's agent is here: " + maps.words());
    };
  }

  private static Decision withoutAgent(Sight api, Sight maps) {
    return switch (maps.kind()) {
      case USABLE -> new Take(Backend.CILIUM_BPF, maps.words() + ", and " + api.words());
      case ABSENT -> new Take(Backend.NETFILTER, "there is no trace of Cilium: " + api.words());
      case NOT_YET -> new Wait("Cilium's maps are here: " + maps.words());
      case NOT_OFFERED, UNUSABLE -> new Refuse("Cilium's maps are here: " + maps.words());
    };
  }
}
