package io.conntracksync.e2e.product;

import io.conntracksync.e2e.process.Command;
import java.nio.file.Path;

/**
 * An image whose layers are in a folder.
 *
 * @param root what is to be the root of its programs; nothing is written there
 */
public record UnpackedImage(ImageArchive archive, Path root) {
  /** Unpacks it into this folder, which is replaced. */
  static UnpackedImage of(Path archive, Path folder) {
    Path root = folder.toAbsolutePath().resolve("root");
    Command.of("rm", "-rf", root.toString()).run();
    ImageArchive image = ImageArchive.read(archive);
    image.unpack(root);
    return new UnpackedImage(image, root);
  }

  ImageConfig config() {
    return archive.config();
  }
}
