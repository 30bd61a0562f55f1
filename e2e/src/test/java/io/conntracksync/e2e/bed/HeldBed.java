package io.conntracksync.e2e.bed;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process of its own that makes a bed with a guest and holds it until it is killed. */
final class HeldBed {
  /** What it prints when the guest runs. */
  static final String READY = "guest is up";

  private HeldBed() {}

  public static void main(String[] args) throws InterruptedException {
    Bed bed = Bed.up(BedSettings.of(Path.of(args[0])));
    bed.virtualMachine("default", "held").create(bed.nodeA());
    System.out.println(READY);
    new CountDownLatch(1).await();
  }
}
