package io.conntracksync.e2e.controlplane;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Custom resources from CRD files, ready for use. */
public final class CustomApi {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KubernetesClient client;

  public CustomApi(KubernetesClient client) {
    this.client = client;
  }

  /** Applies these CRDs of the class path; returns when the API server serves all of them. */
  public void install(List<String> resources) {
    apply(resources.stream().map(this::read).toList());
  }

  /** The same with files. */
  void installFiles(List<Path> files) {
    apply(files.stream().map(this::read).toList());
  }

  private void apply(List<CustomResourceDefinition> crds) {
    crds.forEach(crd -> client.resource(crd).forceConflicts().serverSideApply());
    crds.forEach(
        crd ->
            client
                .resource(crd)
                .waitUntilCondition(
                    CustomApi::isEstablished, PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
  }

  private static boolean isEstablished(CustomResourceDefinition crd) {
    return Optional.ofNullable(crd.getStatus()).stream()
        // Also without: the server has made the object and not yet judged it.
        .flatMap(status -> Optional.ofNullable(status.getConditions()).stream())
        .flatMap(List::stream)
        .anyMatch(
            condition ->
                condition.getType().equals("Established") && condition.getStatus().equals("True"));
  }

  private CustomResourceDefinition read(Path file) {
    try (InputStream yaml = Files.newInputStream(file)) {
      return client.getKubernetesSerialization().unmarshal(yaml, CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private CustomResourceDefinition read(String resource) {
    try (InputStream yaml = CustomApi.class.getResourceAsStream(resource)) {
      if (yaml == null) {
        throw new IllegalStateException("there is no " + resource + " on the class path");
      }
      return client.getKubernetesSerialization().unmarshal(yaml, CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }
}
