package io.conntracksync.node.pod;

/** Keys of log pairs about launcher pods. */
final class PodLogKeys {
  static final String POD = "pod";
  static final String RESULT = "result";

  private PodLogKeys() {}
}
