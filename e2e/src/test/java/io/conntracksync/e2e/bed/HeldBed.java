package io.conntracksync.e2e.bed;

import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** A process of its own that makes a bed with a guest and holds it until it is killed. */
final class HeldBed {
  /** What it prints when the guest runs. */
  static final String READY = "guest is up";

  /** Its second argument: where the guest is. */
  static final String ON_THE_NODE = "on the node";

  static final String IN_A_POD = "in a pod";

  private HeldBed() {}

  public static void main(String[] args) throws InterruptedException {
    BedSettings settings = BedSettings.of(Path.of(args[0]));
    Bed bed = Bed.up(args[1].equals(IN_A_POD) ? settings.with(Binding.MASQUERADE) : settings);
    bed.nodeA()
        .pod()
        .ifPresent(
            pod ->
                pod.startLauncher(
                    UUID.randomUUID().toString(), LauncherImage.WITH_MAIN_HOOK, root -> {}));
    bed.virtualMachine("default", "held").create(bed.nodeA());
    System.out.println(READY);
    new CountDownLatch(1).await();
  }
}
