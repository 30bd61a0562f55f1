package io.conntracksync.e2e.bed;

import java.nio.file.Path;

/**
 * What the bed is made from.
 *
 * @param work a folder for the nodes' state and logs; its content is replaced at each start
 * @param kernel a folder with {@code vmlinuz} and {@code mods/*.ko}, the guest's kernel
 * @param guestProgram the statically linked program that is all the guest runs
 */
public record BedSettings(Path work, Path kernel, Path guestProgram) {
  public BedSettings {
    work = work.toAbsolutePath().normalize();
    kernel = kernel.toAbsolutePath().normalize();
    guestProgram = guestProgram.toAbsolutePath().normalize();
  }

  /** The places that {@code make} fills, for the module in this folder ({@code e2e}). */
  public static BedSettings of(Path module) {
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "conntracksync");
    return new BedSettings(
        module.resolve("target/bed"),
        cache.resolve("guest-kernel/current"),
        module.resolve("target/guest/guest"));
  }
}
