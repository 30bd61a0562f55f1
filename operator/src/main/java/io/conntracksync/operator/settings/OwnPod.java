package io.conntracksync.operator.settings;

import java.util.Objects;

/** The pod in which this operator runs. */
public record OwnPod(String name, String uid) {
  public OwnPod {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(uid, "uid");
  }
}
