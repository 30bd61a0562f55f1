package io.conntracksync.node.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;

/** Shows whether the node's libvirt is listened to. */
final class LibvirtMeter {
  private LibvirtMeter() {}

  static void register(MeterRegistry meters, BooleanSupplier connected) {
    Gauge.builder("conntracksync.libvirt.connected", () -> connected.getAsBoolean() ? 1 : 0)
        .description("1 while this node's libvirt is listened to")
        .register(meters);
  }
}
