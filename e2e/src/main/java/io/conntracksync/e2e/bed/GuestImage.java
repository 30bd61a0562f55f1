package io.conntracksync.e2e.bed;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** The guest's file system, all in memory: busybox, drivers for the network card, one program. */
final class GuestImage {
  /** The order matters: insmod does not look for what a module needs. */
  private static final List<String> MODULES =
      List.of(
          "virtio_ring",
          "virtio",
          "virtio_pci_legacy_dev",
          "virtio_pci_modern_dev",
          "virtio_pci",
          "failover",
          "net_failover",
          "virtio_net");

  private GuestImage() {}

  static void build(BedSettings settings, Path image) {
    try {
      CpioArchive archive = new CpioArchive();
      for (String folder : List.of("bin", "dev", "lib", "lib/mods", "proc", "sys")) {
        archive.folder(folder);
      }
      archive.program("bin/busybox", Files.readAllBytes(Prerequisites.program("busybox")));
      archive.link("bin/sh", "busybox");
      for (String module : MODULES) {
        String file = module + ".ko";
        archive.program(
            "lib/mods/" + file, Files.readAllBytes(settings.kernel().resolve("mods/" + file)));
      }
      archive.program("bin/guest", Files.readAllBytes(settings.guestProgram()));
      archive.program("init", init(settings.binding()).getBytes(StandardCharsets.UTF_8));
      Files.createDirectories(image.getParent());
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(image))) {
        out.write(archive.finish());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot build the guest's image " + image, e);
    }
  }

  /** The first process of the guest, until it becomes the guest program. */
  static String init(Binding binding) {
    return """
    #!/bin/busybox sh
    B=/bin/busybox
    $B mount -t proc proc /proc
    $B mount -t sysfs sys /sys
    $B mount -t devtmpfs dev /dev
    for m in %s; do $B insmod /lib/mods/$m.ko; done
    # No duplicate address detection: the IPv6 address is usable at once.
    echo 0 > /proc/sys/net/ipv6/conf/all/accept_dad
    echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad
    $B ip link set lo up
    $B ip link set eth0 up
    $B ip addr add %s dev eth0
    $B ip addr add %s dev eth0
    $B ip route add default via %s
    $B ip -6 route add default via %s dev eth0
    exec /bin/guest
    """
        .formatted(
            String.join(" ", MODULES),
            Plan.withPrefixLength(binding.guest()).v4(),
            Plan.withPrefixLength(binding.guest()).v6(),
            binding.gateway().v4(),
            binding.gateway().v6());
  }
}
