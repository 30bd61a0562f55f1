package io.conntracksync.node.backend;

/** A kind of table that a node may have. */
public enum Backend {
  NETFILTER("netfilter"),
  CILIUM_BPF("cilium-bpf"),
  CILIUM_API("cilium-api");

  private final String text;

  Backend(String text) {
    this.text = text;
  }

  /** As it stands in settings, messages and the ConntrackNode. */
  public String text() {
    return text;
  }
}
