package io.conntracksync.e2e.cluster;

import io.conntracksync.e2e.product.Build;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process of its own that makes a cluster with the product and holds it until it is killed. */
final class HeldCluster {
  /** What it prints when everything runs. */
  static final String READY = "cluster is up";

  private HeldCluster() {}

  public static void main(String[] args) throws InterruptedException {
    Product.installIn(Cluster.up(Build.ofThisCheckout(), Path.of(args[0])));
    System.out.println(READY);
    new CountDownLatch(1).await();
  }
}
