package io.conntracksync.e2e.controlplane;

import io.conntracksync.e2e.process.Command;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The project's chart, packaged as users get it, and the real helm that works with it. */
public record Chart(Path archive) {
  /** The name of the installation in tests. */
  public static final String RELEASE = "conntracksync";

  /** Packages the chart of a checkout into this folder. */
  public static Chart ofCheckout(Path root, Path into) {
    try {
      Files.createDirectories(into);
      helm("package", root.resolve("helm/conntracksync").toString(), "-d", into.toString()).run();
      try (Stream<Path> archives = Files.list(into)) {
        return new Chart(
            archives.filter(file -> file.toString().endsWith(".tgz")).findFirst().orElseThrow());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot package the chart into " + into, e);
    }
  }

  /** A call of helm, such as {@code helm("version")}. */
  public static Command helm(String... words) {
    List<String> all = new ArrayList<>(List.of(Binaries.built().helm()));
    all.addAll(Arrays.asList(words));
    return Command.of(all);
  }

  /** Where the program helm is, for a shell that finds it by its name. */
  public static Path helmFolder() {
    return Path.of(Binaries.built().helm()).getParent();
  }

  /**
   * {@code helm template} with these further flags, installed in {@link
   * ControlPlane#SYSTEM_NAMESPACE}.
   */
  public Command template(String... flags) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "template",
                RELEASE,
                archive.toString(),
                "--namespace",
                ControlPlane.SYSTEM_NAMESPACE));
    words.addAll(Arrays.asList(flags));
    return helm(words.toArray(String[]::new));
  }

  /** All objects of an installation with these further flags, in the order of the manifest. */
  public List<HasMetadata> objects(String... flags) {
    return objects(template(flags).run());
  }

  /** The objects of a manifest. */
  public static List<HasMetadata> objects(String manifest) {
    KubernetesSerialization serialization = new KubernetesSerialization();
    return Pattern.compile("^---$", Pattern.MULTILINE)
        .splitAsStream(manifest)
        .filter(document -> !document.isBlank())
        .map(document -> (HasMetadata) serialization.unmarshal(document))
        .toList();
  }
}
