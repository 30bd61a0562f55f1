package io.conntracksync.node.table.netfilter;

import java.util.Arrays;

/** What the kernel answered to each request of a batch. */
final class Answers {
  /** No error number: the kernel said nothing, so it may or may not have read the request. */
  static final int UNANSWERED = -1;

  private final int[] errnos;

  Answers(int size) {
    errnos = new int[size];
    Arrays.fill(errnos, UNANSWERED);
  }

  /** Notes an answer; 0 is success. */
  void note(int index, int errno) {
    errnos[index] = errno;
  }

  /** The last request was answered, so all were read: what was not refused has succeeded. */
  void complete() {
    for (int i = 0; i < errnos.length; i++) {
      if (errnos[i] == UNANSWERED) {
        errnos[i] = 0;
      }
    }
  }

  /** 0, an error number or {@link #UNANSWERED}. */
  int errno(int index) {
    return errnos[index];
  }
}
