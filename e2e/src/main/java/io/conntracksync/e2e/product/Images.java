package io.conntracksync.e2e.product;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The images that the build made, unpacked, and run as the chart's pods are. */
public final class Images implements Delivery {
  private final Build build;
  private final Map<Program, PodContainer> containers;

  private Images(Build build, Map<Program, PodContainer> containers) {
    this.build = build;
    this.containers = containers;
  }

  /**
   * Unpacks them into this folder, which is replaced.
   *
   * @param objects of a rendered chart, which say what each program's pod is given
   */
  public static Images unpack(Build build, Path folder, List<HasMetadata> objects) {
    Map<Program, PodContainer> containers = new EnumMap<>(Program.class);
    for (Program program : Program.values()) {
      containers.put(
          program,
          PodContainer.of(
              UnpackedImage.of(build.image(program), folder.resolve(program.module())),
              pod(program, objects)));
    }
    return new Images(build, containers);
  }

  private static PodSpec pod(Program program, List<HasMetadata> objects) {
    return switch (program) {
      case OPERATOR -> only(Deployment.class, objects).getSpec().getTemplate().getSpec();
      case AGENT -> only(DaemonSet.class, objects).getSpec().getTemplate().getSpec();
    };
  }

  private static <T extends HasMetadata> T only(Class<T> kind, List<HasMetadata> objects) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }

  @Override
  public Build build() {
    return build;
  }

  @Override
  public List<String> start(
      Program program, Path kubeconfig, Map<String, String> variables, List<String> settings) {
    return containers.get(program).start(kubeconfig, variables, settings);
  }

  /** What one of them is run from. */
  public UnpackedImage image(Program program) {
    return containers.get(program).image();
  }
}
