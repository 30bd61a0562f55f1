package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntryReader;
import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.FormerSink;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFill;
import io.conntracksync.node.table.TableFormat;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The table of a Cilium whose agent exports and imports entries over HTTP. The format is {@code
 * cilium-api/records/1}, see {@link CarriedFlowCodec}. IPv4 only: the API has no IPv6, so flows of
 * other addresses are not in this table. Every call may throw {@link CiliumApiException}, which
 * names the fault, and ends within the patience given for each of its HTTP calls.
 */
public final class CiliumApiTable implements ConntrackTable {
  /** An export walks the whole of a table that may hold half a million entries. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(5);

  /** No VM has this address, so its export is empty. */
  private static final byte[] NOBODY = {0, 0, 0, 0};

  private static final int CHUNK = 512;

  private final CiliumApi api;

  private CiliumApiTable(CiliumApi api) {
    this.api = api;
  }

  /**
   * The table behind this socket. It is asked once, so that a Cilium without the API is found now
   * and not when a VM moves.
   */
  public static CiliumApiTable open(Path socket, Duration patience) throws TableException {
    CiliumApi api = new CiliumApi(socket, patience);
    var unusedClock = api.clock();
    var unusedRecords = api.export(nobody());
    return new CiliumApiTable(api);
  }

  @Override
  public TableFormat format() {
    return CarriedFlowCodec.FORMAT;
  }

  /**
   * Left out are entries of connections that are over. Passed over are those that end in a proxy of
   * this node, and those that an entry node has of flows from outside.
   */
  @Override
  public void snapshot(Set<InetAddress> addresses, EntrySink sink) throws TableException {
    ClockUnit unit = api.clock();
    Set<EntryKey> told = new HashSet<>();
    int lost = 0;
    for (InetAddress address : addresses) {
      if (address instanceof Inet4Address ip4) {
        List<Entry> entries = new ArrayList<>();
        List<ApiRecord> exported = api.export(ip4);
        lost += (int) exported.stream().filter(CarriedRecord::isLost).count();
        for (CarriedFlow flow : CarriedFlow.of(exported, unit)) {
          Entry entry = CarriedFlowCodec.encode(flow);
          if (told.add(entry.key())) {
            entries.add(entry);
          }
        }
        for (int from = 0; from < entries.size(); from += CHUNK) {
          sink.accept(entries.subList(from, Math.min(entries.size(), from + CHUNK)));
        }
      }
    }
    if (lost > 0) {
      sink.passedOver(RefusalReason.UNSUPPORTED, lost);
    }
  }

  @Override
  public Changes changes(Set<InetAddress> addresses) {
    return new ComparedChanges(this, addresses);
  }

  @Override
  public EntryReader reader() {
    return new CarriedEntryReader();
  }

  /** What Cilium took without a word and does not hold afterwards counts as refused. */
  @Override
  public Applied apply(Collection<Entry> entries, Admission admission, FormerSink formers)
      throws TableException {
    return new RecordImport(api).apply(ImportPlan.make(entries, admission), formers);
  }

  @Override
  public Set<EntryKey> add(Collection<Entry> missing) throws TableException {
    // They were admitted once.
    return new RecordImport(api).add(ImportPlan.make(missing, ends -> Optional.empty()));
  }

  /** Whole records: counters and the times of reports, which Cilium only shows, begin anew. */
  @Override
  public int restore(Collection<Restoration> restorations) throws TableException {
    return new RecordRestore(api).restore(restorations);
  }

  /**
   * The API has no removal: the entries are left without time instead, so that Cilium's next
   * garbage collection takes them. Where a VM's pod is deleted, Cilium removes them itself.
   */
  @Override
  public int remove(Collection<EntryKey> keys) throws TableException {
    Set<RecordKey> decoded = new HashSet<>();
    for (EntryKey key : keys) {
      // A key that names no entry of this table: there is nothing to take out.
      CarriedFlowCodec.decode(key).ifPresent(decoded::add);
    }
    return new RecordExpiry(api).expire(decoded);
  }

  /** Asks whether Cilium's agent is there; how full its maps are it does not tell. */
  @Override
  public TableFill fill() throws TableException {
    var unused = api.health();
    return TableFill.UNKNOWN;
  }

  private static Inet4Address nobody() {
    try {
      return (Inet4Address) InetAddress.getByAddress(NOBODY);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
