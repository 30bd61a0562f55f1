package io.conntracksync.e2e.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs that {@code e2e/control-plane/Makefile} built, in the versions it wants now. */
record Binaries(Path cache) {
  static Binaries built() {
    return new Binaries(
        Optional.ofNullable(System.getenv("CTS_CACHE"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".cache", "conntracksync")));
  }

  String etcd() {
    return program("control-plane", "etcd");
  }

  String apiServer() {
    return program("control-plane", "kube-apiserver");
  }

  String controllerManager() {
    return program("control-plane", "kube-controller-manager");
  }

  String kubectl() {
    return program("control-plane", "kubectl");
  }

  String helm() {
    return program("helm", "helm");
  }

  /** Files with definitions of custom resources. */
  List<Path> monitoringApi() {
    Path folder = cache.resolve("monitoring/current/crds");
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder + ": run `make control-plane`", e);
    }
  }

  private String program(String home, String name) {
    Path file = cache.resolve(home).resolve("current/bin").resolve(name);
    if (!Files.isExecutable(file)) {
      throw new IllegalStateException(
          "there is no "
              + file
              + ": build the control plane once with `make control-plane` (seven minutes)");
    }
    return file.toString();
  }
}
