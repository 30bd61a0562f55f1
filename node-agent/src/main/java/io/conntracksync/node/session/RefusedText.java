package io.conntracksync.node.session;

import io.conntracksync.node.table.RefusalReason;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts of refused entries as part of a sentence. */
final class RefusedText {
  private RefusedText() {}

  /** {@code "; refused: TableFull 3, TupleTaken 1"}, or nothing when nothing was refused. */
  static String after(Map<RefusalReason, Long> refused) {
    return counts("; refused: ", refused);
  }

  /** {@code "; not sent: SourceNodeAddress 2"}, or nothing when everything was sent. */
  static String notSent(Map<RefusalReason, Long> refused) {
    return counts("; not sent: ", refused);
  }

  private static String counts(String introduction, Map<RefusalReason, Long> refused) {
    if (refused.isEmpty()) {
      return "";
    }
    return refused.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(each -> each.getKey().text() + " " + each.getValue())
        .collect(Collectors.joining(", ", introduction, ""));
  }
}
