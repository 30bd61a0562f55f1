package io.conntracksync.api.v1alpha1;

import io.conntracksync.api.ApiSerialization;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The CRDs that are shipped. */
final class Crds {
  static final String SYNCS = "conntracksyncs";
  static final String NODES = "conntracknodes";

  private Crds() {}

  static CustomResourceDefinition shipped(String plural) {
    try (InputStream yaml = Crds.class.getResourceAsStream("/crds/" + plural + ".yaml")) {
      return ApiSerialization.create().unmarshal(yaml, CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
