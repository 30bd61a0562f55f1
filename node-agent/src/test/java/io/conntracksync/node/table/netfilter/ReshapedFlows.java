package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Entry;
import java.util.List;
import java.util.function.UnaryOperator;

/** Entries like others but for a part, for tests that cannot see into entries. */
public final class ReshapedFlows {
  private static final int HOUR_SECONDS = 3600;

  private ReshapedFlows() {}

  /** The same with an hour to live: longer than any test. */
  public static List<Entry> longLived(List<Entry> entries) {
    return each(entries, flow -> flow.withTimeout(HOUR_SECONDS));
  }

  /** As an earlier stay of the VM may have left them: another mark, and TCP in TIME_WAIT. */
  public static List<Entry> leftBehind(List<Entry> entries) {
    return each(
        entries,
        flow ->
            new Flow(
                flow.id(),
                flow.reply(),
                Status.SEEN_REPLY,
                HOUR_SECONDS,
                7,
                flow.state() instanceof ProtocolState.Tcp tcp
                    ? new ProtocolState.Tcp(
                        ProtocolState.Tcp.TIME_WAIT, tcp.original(), tcp.reply())
                    : flow.state(),
                flow.labels(),
                flow.corrections(),
                flow.ties()));
  }

  private static List<Entry> each(List<Entry> entries, UnaryOperator<Flow> change) {
    return entries.stream()
        .map(
            entry -> {
              try {
                return FlowEncoder.encode(change.apply(FlowDecoder.decode(entry)));
              } catch (RefusedEntryException e) {
                throw new IllegalArgumentException("no flow", e);
              }
            })
        .toList();
  }
}
