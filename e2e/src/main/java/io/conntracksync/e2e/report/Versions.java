package io.conntracksync.e2e.report;

/** What the demo ran on; the text of each as its program prints it. */
public record Versions(
    String conntrackSync,
    String kernel,
    String libvirt,
    String qemu,
    String apiServer,
    String java) {}
