package io.conntracksync.operator.events;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/** The object that an Event is about. */
public record Subject(String apiVersion, String kind, String namespace, String name, String uid) {
  public Subject {
    Objects.requireNonNull(apiVersion, "apiVersion");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(uid, "uid");
  }

  /** That object. */
  public static Subject of(HasMetadata object) {
    return new Subject(
        object.getApiVersion(),
        object.getKind(),
        object.getMetadata().getNamespace(),
        object.getMetadata().getName(),
        object.getMetadata().getUid());
  }
}
