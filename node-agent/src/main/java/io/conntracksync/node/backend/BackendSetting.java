package io.conntracksync.node.backend;

import java.util.Arrays;
import java.util.Optional;

/** What the administrator wants: one backend, or that the agent finds out. */
public enum BackendSetting {
  AUTO("auto"),
  NETFILTER(Backend.NETFILTER.text()),
  CILIUM_BPF(Backend.CILIUM_BPF.text()),
  CILIUM_API(Backend.CILIUM_API.text());

  private final String text;

  BackendSetting(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  public static Optional<BackendSetting> parse(String text) {
    return Arrays.stream(values()).filter(setting -> setting.text.equals(text)).findFirst();
  }
}
