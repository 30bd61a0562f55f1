package io.conntracksync.e2e.bed;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the bed is made from.
 *
 * @param work a folder for the nodes' state and logs; its content is replaced at each start
 * @param kernel a folder with {@code vmlinuz} and {@code mods/*.ko}, the guest's kernel
 * @param guestProgram the statically linked program that is all the guest runs
 * @param gate the lock-manager plugin that every node's libvirt loads; none in a stock set-up
 * @param binding how its guests are connected
 */
public record BedSettings(
    Path work, Path kernel, Path guestProgram, Optional<Path> gate, Binding binding) {
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
        module.resolve("target/guest/guest"),
        Optional.empty(),
        Binding.BRIDGE);
  }

  /** The same bed with this plugin in its nodes' libvirt. */
  public BedSettings withGate(Path plugin) {
    return new BedSettings(
        work, kernel, guestProgram, Optional.of(plugin.toAbsolutePath()), binding);
  }

  /** The same bed with guests connected like that. */
  public BedSettings with(Binding other) {
    return new BedSettings(work, kernel, guestProgram, gate, other);
  }
}
