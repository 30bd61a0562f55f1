package io.conntracksync.e2e.api;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of {@code crds/examples}: the documents are applied in their order, each as what it says.
 * In an {@code invalid-*.yaml} the last one is refused, with the text of the comment {@code #
 * expect:} in its first line.
 */
record Example(Path file, String expected, List<GenericKubernetesResource> documents) {
  private static final Path FOLDER = Path.of("../crds/examples");
  private static final String EXPECT = "# expect: ";

  static Stream<Example> valid() {
    return all().filter(example -> example.name().startsWith("valid-"));
  }

  static Stream<Example> invalid() {
    return all().filter(example -> example.name().startsWith("invalid-"));
  }

  static Stream<Path> files() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FOLDER, e);
    }
  }

  private static Stream<Example> all() {
    return files().filter(file -> file.toString().endsWith(".yaml")).map(Example::read);
  }

  private static Example read(Path file) {
    try {
      String text = Files.readString(file);
      String expected =
          text.lines()
              .findFirst()
              .filter(line -> line.startsWith(EXPECT))
              .map(line -> line.substring(EXPECT.length()))
              .orElse("");
      KubernetesSerialization serialization = new KubernetesSerialization();
      List<GenericKubernetesResource> documents =
          Arrays.stream(text.split("(?m)^---$"))
              .map(yaml -> serialization.unmarshal(yaml, GenericKubernetesResource.class))
              .toList();
      return new Example(file, expected, documents);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  String name() {
    return file.getFileName().toString();
  }

  List<GenericKubernetesResource> allButTheLast() {
    return documents.subList(0, documents.size() - 1);
  }

  GenericKubernetesResource last() {
    return documents.get(documents.size() - 1);
  }

  @Override
  public String toString() {
    return name();
  }
}
