package io.conntracksync.e2e.product;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conntracksync.e2e.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An image as a file: an OCI image layout in a tar, with one image in it.
 *
 * @param digest of the manifest, as a registry names it
 * @param name repository and tag
 */
public record ImageArchive(
    Path file, String name, String digest, List<Layer> layers, ImageConfig config) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One layer, from below.
   *
   * @param bytes compressed, as it is pulled
   */
  public record Layer(String digest, long bytes) {}

  public ImageArchive {
    layers = List.copyOf(layers);
  }

  /** Reads what is said of the image; the layers stay where they are. */
  public static ImageArchive read(Path file) {
    JsonNode entry = json(file, "index.json").path("manifests").path(0);
    String digest = entry.path("digest").asText();
    JsonNode manifest = json(file, blob(digest));
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("layers")) {
      layers.add(new Layer(layer.path("digest").asText(), layer.path("size").asLong()));
    }
    return new ImageArchive(
        file,
        entry.path("annotations").path("org.opencontainers.image.ref.name").asText(),
        digest,
        layers,
        ImageConfig.of(json(file, blob(manifest.path("config").path("digest").asText()))));
  }

  /** What is pulled: all layers, compressed. */
  public long bytes() {
    return layers.stream().mapToLong(Layer::bytes).sum();
  }

  /** Puts all layers, one over the other, into this folder, with their modes, owners and times. */
  public void unpack(Path root) {
    try {
      Files.createDirectories(root);
      Path blobs = Files.createTempDirectory(root.toAbsolutePath().getParent(), "layers");
      Command.of("tar", "-xf", file.toString(), "-C", blobs.toString()).run();
      for (Layer layer : layers) {
        String packed = blobs.resolve(blob(layer.digest())).toString();
        Command.of("tar", "-xzpf", packed, "--numeric-owner", "-C", root.toString()).run();
      }
      Command.of("rm", "-r", blobs.toString()).run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack " + file + " into " + root, e);
    }
  }

  private static JsonNode json(Path file, String member) {
    try {
      return JSON.readTree(Command.of("tar", "-xOf", file.toString(), member).run());
    } catch (IOException e) {
      throw new UncheckedIOException(member + " of " + file + " is no JSON", e);
    }
  }

  private static String blob(String digest) {
    return "blobs/" + digest.replace(':', '/');
  }
}
