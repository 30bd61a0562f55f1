package io.conntracksync.node.kube;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Objects;

/** The pod in which this agent runs. */
public record PodIdentity(String name, String uid) {
  public PodIdentity {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(uid, "uid");
  }

  /** What is owned like this is collected with the pod. */
  OwnerReference asOwner() {
    return new OwnerReferenceBuilder()
        .withApiVersion("v1")
        .withKind("Pod")
        .withName(name)
        .withUid(uid)
        .build();
  }
}
