package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What tests do with tables over and over. */
final class TableSteps {
  static final Admission ADMIT_ALL = ends -> Optional.empty();

  private TableSteps() {}

  static List<Entry> snapshot(NetfilterTable table, String... addresses) throws TableException {
    List<Entry> entries = new ArrayList<>();
    table.snapshot(addresses(addresses), entries::addAll);
    return entries;
  }

  static List<Flow> flows(NetfilterTable table, String... addresses) throws TableException {
    List<Flow> flows = new ArrayList<>();
    for (Entry entry : snapshot(table, addresses)) {
      try {
        flows.add(FlowDecoder.decode(entry));
      } catch (RefusedEntryException e) {
        throw new IllegalStateException(e);
      }
    }
    return flows;
  }

  static List<Entry> entries(Flow... flows) {
    return Arrays.stream(flows).map(FlowEncoder::encode).toList();
  }

  private static Set<InetAddress> addresses(String... literals) {
    return Arrays.stream(literals).map(Flows::address).collect(Collectors.toSet());
  }
}
