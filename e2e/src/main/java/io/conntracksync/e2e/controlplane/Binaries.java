package io.conntracksync.e2e.controlplane;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The programs that {@code e2e/control-plane/Makefile} built, in the versions it wants now. */
record Binaries(Path folder) {
  static Binaries built() {
    Path cache =
        Optional.ofNullable(System.getenv("CTS_CACHE"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".cache", "conntracksync"));
    return new Binaries(cache.resolve("control-plane/current/bin"));
  }

  String etcd() {
    return program("etcd");
  }

  String apiServer() {
    return program("kube-apiserver");
  }

  String controllerManager() {
    return program("kube-controller-manager");
  }

  String kubectl() {
    return program("kubectl");
  }

  private String program(String name) {
    Path file = folder.resolve(name);
    if (!Files.isExecutable(file)) {
      throw new IllegalStateException(
          "there is no "
              + file
              + ": build the control plane once with `make control-plane` (six minutes)");
    }
    return file.toString();
  }
}
