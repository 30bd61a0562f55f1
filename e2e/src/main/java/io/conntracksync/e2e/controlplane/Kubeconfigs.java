package io.conntracksync.e2e.controlplane;

import io.conntracksync.api.ApiSerialization;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** Writes kubeconfigs for one API server: one file an identity. */
record Kubeconfigs(Path folder, String server, Path authority) {
  Path write(String name, String token) {
    try {
      String text =
          """
          apiVersion: v1
          kind: Config
          clusters:
            - name: bed
              cluster:
                server: %s
                certificate-authority-data: %s
          users:
            - name: %s
              user:
                token: %s
          contexts:
            - name: bed
              context:
                cluster: bed
                user: %s
          current-context: bed
          """
              .formatted(
                  server,
                  Base64.getEncoder().encodeToString(Files.readAllBytes(authority)),
                  name,
                  token,
                  name);
      Path file = folder.resolve(name + ".kubeconfig");
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the kubeconfig of " + name, e);
    }
  }

  /** A client with the identity of that file, and with nothing of this machine's own settings. */
  static KubernetesClient client(Path kubeconfig) {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
        .withKubernetesSerialization(ApiSerialization.create())
        .build();
  }
}
