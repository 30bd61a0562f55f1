package io.conntracksync.node.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/** Shows how many libvirts are listened to. */
final class LibvirtMeter {
  private LibvirtMeter() {}

  static void register(MeterRegistry meters, IntSupplier connected) {
    Gauge.builder("conntracksync.libvirt.connected", () -> connected.getAsInt())
        .description("libvirts that are listened to: this node's and those of launcher pods")
        .register(meters);
  }
}
