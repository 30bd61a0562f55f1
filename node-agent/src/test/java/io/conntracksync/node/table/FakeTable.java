package io.conntracksync.node.table;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * A fake: a table in memory that keeps every promise of {@link ConntrackTable} and none that is not
 * made. A key is {@code initiator (4) · responder (4) · port u16}, IPv4 only. Faults can be
 * ordered.
 */
public final class FakeTable implements ConntrackTable {
  private static final int KEY_LENGTH = 10;
  private static final int CHUNK = 64;

  private final TableFormat format;
  private final Map<EntryKey, Entry> entries = new LinkedHashMap<>();
  private final List<FakeChanges> streams = new ArrayList<>();
  private final Set<EntryKey> silent = new HashSet<>();
  private final List<EntryKey> called = new ArrayList<>();
  private final Map<EntryKey, Long> looks = new HashMap<>();
  private EventCoverage coverage = EventCoverage.ALL;
  private long capacity = Long.MAX_VALUE;
  private Optional<String> fault = Optional.empty();
  private Optional<CountDownLatch> gate = Optional.empty();
  private int untilDeath = Integer.MAX_VALUE;
  private volatile Plugin plugin = Plugin.DONE;
  private int waiting;

  public FakeTable() {
    this(new TableFormat("fake", "1"));
  }

  public FakeTable(TableFormat format) {
    this.format = format;
  }

  /** How far the network plugin is with the addresses of the VM. */
  public enum Plugin {
    AT_WORK,
    DONE
  }

  /** From now on. */
  public void plugin(Plugin now) {
    plugin = now;
  }

  @Override
  public boolean expectsFlush(Set<InetAddress> addresses) {
    return plugin == Plugin.AT_WORK;
  }

  /** A flow between two IPv4 addresses, told from others by its port. */
  public static Entry flow(String initiator, String responder, int port) {
    return Entry.of(key(address(initiator), address(responder), port), new byte[] {1, 2, 3});
  }

  private static EntryKey key(InetAddress from, InetAddress to, int port) {
    return EntryKey.of(
        ByteBuffer.allocate(KEY_LENGTH)
            .put(from.getAddress())
            .put(to.getAddress())
            .putShort((short) port)
            .array());
  }

  private static int port(EntryKey key) {
    return Short.toUnsignedInt(ByteBuffer.wrap(key.bytes()).getShort(KEY_LENGTH - Short.BYTES));
  }

  /** That flow with its initiator translated to this address. */
  public static Entry translated(Entry flow, String address) {
    return FakeEntryReader.translated(flow, address);
  }

  /** So many flows of different ports. */
  public static List<Entry> flows(String initiator, String responder, int count) {
    List<Entry> flows = new ArrayList<>();
    for (int port = 1; port <= count; port++) {
      flows.add(flow(initiator, responder, port));
    }
    return flows;
  }

  public static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  public synchronized FakeTable holding(Collection<Entry> present) {
    present.forEach(this::put);
    return this;
  }

  /** Which entries streams opened from now on speak of; for the others, look. */
  public synchronized FakeTable telling(EventCoverage told) {
    coverage = told;
    return this;
  }

  /** From now on this entry is there, or is no more; streams of its ends are told. */
  public synchronized void put(Entry entry) {
    entries.put(entry.key(), entry);
    changed(entry.key());
  }

  public synchronized void delete(EntryKey key) {
    if (entries.remove(key) != null) {
      changed(key);
    }
  }

  /** All open streams lose what they have not told yet. */
  public synchronized void overrun() {
    streams.forEach(FakeChanges::lose);
  }

  /** How many streams of changes are open. */
  public synchronized int openStreams() {
    return streams.size();
  }

  /** This entry was made while nobody listened: nothing is told of it. */
  public synchronized void silence(EntryKey key) {
    silent.add(key);
  }

  /** Which entries were called, in that order. */
  public synchronized List<EntryKey> called() {
    return List.copyOf(called);
  }

  synchronized void called(EntryKey key) {
    called.add(key);
    if (entries.containsKey(key)) {
      changed(key);
    }
  }

  private void changed(EntryKey key) {
    if (!silent.contains(key)) {
      streams.forEach(stream -> stream.changed(key));
    }
  }

  /** How often each entry was asked for by its key. */
  public synchronized long looksAt(EntryKey key) {
    return looks.getOrDefault(key, 0L);
  }

  synchronized Optional<Entry> find(EntryKey key) throws TableException {
    check();
    looks.merge(key, 1L, Long::sum);
    return Optional.ofNullable(entries.get(key));
  }

  synchronized void closed(FakeChanges stream) {
    streams.remove(stream);
  }

  static boolean isOf(EntryKey key, Set<InetAddress> addresses) {
    FlowEnds ends = ends(key).orElseThrow();
    return addresses.contains(ends.initiator()) || addresses.contains(ends.responder());
  }

  public synchronized FakeTable holdingAtMost(long most) {
    capacity = most;
    return this;
  }

  /** From now on every call fails like this. */
  public synchronized void fail(String message) {
    fault = Optional.of(message);
  }

  public synchronized void recover() {
    fault = Optional.empty();
    untilDeath = Integer.MAX_VALUE;
  }

  /** The call that applies the so-manieth entry from now on fails right after that. */
  public synchronized void failAfterApplying(int entriesUntilThen) {
    untilDeath = entriesUntilThen;
  }

  private void dieIfDue() throws TableException {
    if (untilDeath != Integer.MAX_VALUE && --untilDeath == 0) {
      throw new TableException("failed in the middle");
    }
  }

  /** Exactly these are there from now on. */
  public synchronized void holdOnly(Collection<Entry> present) {
    List.copyOf(entries.keySet()).forEach(this::delete);
    present.forEach(this::put);
  }

  /** What is there, by key. */
  public synchronized Map<EntryKey, Entry> contents() {
    return Map.copyOf(entries);
  }

  /** That flow with another value. */
  public static Entry valued(Entry flow, int value) {
    return Entry.of(flow.key(), new byte[] {1, 2, (byte) value});
  }

  /** From now on applying waits until the latch opens. */
  public synchronized void holdUntil(CountDownLatch open) {
    gate = Optional.of(open);
  }

  /** How many calls wait at the latch. */
  public synchronized int waiting() {
    return waiting;
  }

  public synchronized Set<EntryKey> keys() {
    return Set.copyOf(entries.keySet());
  }

  @Override
  public TableFormat format() {
    return format;
  }

  @Override
  public void snapshot(Set<InetAddress> addresses, EntrySink sink) throws TableException {
    List<Entry> found;
    synchronized (this) {
      check();
      found = entries.values().stream().filter(entry -> isOf(entry.key(), addresses)).toList();
    }
    for (int from = 0; from < found.size(); from += CHUNK) {
      sink.accept(found.subList(from, Math.min(found.size(), from + CHUNK)));
    }
  }

  @Override
  public synchronized Changes changes(Set<InetAddress> addresses) throws TableException {
    check();
    FakeChanges stream = new FakeChanges(this, addresses, coverage);
    streams.add(stream);
    return stream;
  }

  @Override
  public EntryReader reader() {
    return new FakeEntryReader();
  }

  @Override
  public Applied apply(Collection<Entry> batch, Admission admission, FormerSink formers)
      throws TableException {
    awaitGate();
    synchronized (this) {
      check();
      Set<EntryKey> created = new HashSet<>();
      Set<EntryKey> updated = new HashSet<>();
      Map<RefusalReason, Integer> refused = new EnumMap<>(RefusalReason.class);
      for (Entry entry : batch) {
        Optional<RefusalReason> refusal = refusal(entry, admission);
        if (refusal.isPresent()) {
          refused.merge(refusal.get(), 1, Integer::sum);
        } else {
          Entry there = entries.get(entry.key());
          if (there == null) {
            clearTheWayOf(entry.key(), formers);
          } else {
            formers.accept(new Former(there, Former.Fate.UPDATED));
          }
          (there == null ? created : updated).add(entry.key());
          put(entry);
          dieIfDue();
        }
      }
      return new Applied(created, updated, refused);
    }
  }

  /** As in the kernel, one entry stands for both directions: the other one has to go. */
  private void clearTheWayOf(EntryKey key, FormerSink formers) {
    FlowEnds ends = ends(key).orElseThrow();
    EntryKey reversed = key(ends.responder(), ends.initiator(), port(key));
    Entry there = entries.get(reversed);
    if (there != null) {
      formers.accept(new Former(there, Former.Fate.REPLACED));
      delete(reversed);
    }
  }

  @Override
  public synchronized Set<EntryKey> add(Collection<Entry> missing) throws TableException {
    check();
    Set<EntryKey> added = new HashSet<>();
    for (Entry entry : missing) {
      if (!entries.containsKey(entry.key())) {
        put(entry);
        added.add(entry.key());
      }
    }
    return added;
  }

  /** A value is one field here, and time does not pass. */
  @Override
  public synchronized int restore(Collection<Restoration> restorations) throws TableException {
    check();
    int restored = 0;
    for (Restoration restoration : restorations) {
      Entry former = restoration.former().entry();
      Optional<Entry> there = Optional.ofNullable(entries.get(former.key()));
      boolean ours =
          there.isPresent()
              && there.equals(restoration.written().map(Restoration.Written::entry))
              && !there.get().equals(former);
      boolean wanted =
          switch (restoration.former().fate()) {
            case UPDATED -> ours;
            case REPLACED -> there.isEmpty();
          };
      if (wanted) {
        put(former);
        restored++;
      }
    }
    return restored;
  }

  @Override
  public synchronized int remove(Collection<EntryKey> keys) throws TableException {
    check();
    int removed = 0;
    for (EntryKey key : keys) {
      removed += entries.containsKey(key) ? 1 : 0;
      delete(key);
    }
    return removed;
  }

  @Override
  public synchronized TableFill fill() throws TableException {
    check();
    return new TableFill(entries.size(), capacity);
  }

  private Optional<RefusalReason> refusal(Entry entry, Admission admission) {
    Optional<FlowEnds> ends = ends(entry.key());
    if (ends.isEmpty()) {
      return Optional.of(RefusalReason.MALFORMED);
    }
    Optional<RefusalReason> refusal = admission.refusal(ends.get());
    return refusal.isEmpty() && !entries.containsKey(entry.key()) && entries.size() >= capacity
        ? Optional.of(RefusalReason.TABLE_FULL)
        : refusal;
  }

  private static Optional<FlowEnds> ends(EntryKey key) {
    byte[] bytes = key.bytes();
    if (bytes.length != KEY_LENGTH) {
      return Optional.empty();
    }
    try {
      byte[] initiator = new byte[4];
      byte[] responder = new byte[4];
      ByteBuffer.wrap(bytes).get(initiator).get(responder);
      return Optional.of(
          new FlowEnds(InetAddress.getByAddress(initiator), InetAddress.getByAddress(responder)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitGate() throws TableException {
    Optional<CountDownLatch> closed;
    synchronized (this) {
      closed = gate;
      waiting++;
    }
    try {
      if (closed.isPresent()) {
        closed.get().await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TableException("interrupted", e);
    } finally {
      synchronized (this) {
        waiting--;
      }
    }
  }

  private void check() throws TableException {
    if (fault.isPresent()) {
      throw new TableException(fault.get());
    }
  }
}
