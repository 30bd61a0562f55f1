package io.conntracksync.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.api.ApiSerialization;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The YAML is the truth, the records follow it: field by field they say the same. */
class CrdDriftTest {
  @TempDir private Path folder;

  @Test
  void theRecordsOfConntrackSyncFollowItsYaml() throws IOException {
    compare(Crds.SYNCS, ConntrackSync.class);
  }

  @Test
  void theRecordsOfConntrackNodeFollowItsYaml() throws IOException {
    compare(Crds.NODES, ConntrackNode.class);
  }

  private void compare(String plural, Class<? extends HasMetadata> type) throws IOException {
    SortedSet<String> yaml = SchemaLines.of(Crds.shipped(plural));
    SortedSet<String> records = SchemaLines.of(generated(plural, type));

    assertThat(yaml).hasSizeGreaterThan(10);
    assertThat(without(yaml, records))
        .as("in %s.yaml but not in the Java records: add it to the records", plural)
        .isEmpty();
    assertThat(without(records, yaml))
        .as(
            "in the Java records but not in %s.yaml, so the API server would drop it: add it to the"
                + " YAML, with a description, or take it out of the records",
            plural)
        .isEmpty();
  }

  private CustomResourceDefinition generated(String plural, Class<? extends HasMetadata> type)
      throws IOException {
    new CRDGenerator()
        .customResourceClasses(List.of(type))
        .forCRDVersions("v1")
        .inOutputDir(folder.toFile())
        .generate();
    try (var yaml =
        Files.newInputStream(folder.resolve(plural + "." + ConntrackSync.GROUP + "-v1.yml"))) {
      return ApiSerialization.create().unmarshal(yaml, CustomResourceDefinition.class);
    }
  }

  private static SortedSet<String> without(SortedSet<String> all, SortedSet<String> others) {
    SortedSet<String> rest = new TreeSet<>(all);
    rest.removeAll(others);
    return rest;
  }
}
