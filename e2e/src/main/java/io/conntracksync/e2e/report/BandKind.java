package io.conntracksync.e2e.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happened during a time of a migration. */
public enum BandKind {
  /** The memory is copied while the VM runs on the source. */
  @JsonProperty("MemoryCopy")
  MEMORY_COPY("memory is copied, the VM runs on the source", "copy"),

  /** libvirt's hook on the target waits for the entries; memory is not copied yet. */
  @JsonProperty("HookWait")
  HOOK_WAIT("the hook waits for the entries, the VM runs on", "hook"),

  /** The VM stands still: from its stop on the source until it runs on the target. */
  @JsonProperty("Pause")
  PAUSE("the VM stands still (switchover)", "pause"),

  /** A moment: from now on packets for the VM are sent to the target node. */
  @JsonProperty("RouteMoved")
  ROUTE_MOVED("the network sends to the target node", "route");

  private final String sentence;
  private final String style;

  BandKind(String sentence, String style) {
    this.sentence = sentence;
    this.style = style;
  }

  String sentence() {
    return sentence;
  }

  /** The style sheet's class. */
  String style() {
    return style;
  }
}
