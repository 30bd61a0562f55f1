package io.conntracksync.node.kube;

import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntryReader;
import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.FormerSink;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFill;
import io.conntracksync.node.table.TableFormat;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A table without entries, with a fill as told, or broken. */
public final class FillTable implements ConntrackTable {
  private TableFill fill = new TableFill(0, 1000);
  private Optional<TableException> broken = Optional.empty();

  public void fill(long entries, long capacity) {
    fill = new TableFill(entries, capacity);
    broken = Optional.empty();
  }

  public void breakWith(String message) {
    broken = Optional.of(new TableException(message));
  }

  @Override
  public TableFormat format() {
    return new TableFormat("netfilter", "test-1");
  }

  @Override
  public void snapshot(Set<InetAddress> addresses, EntrySink sink) throws TableException {
    check();
  }

  @Override
  public Changes changes(Set<InetAddress> addresses) {
    throw new UnsupportedOperationException("nobody follows changes here");
  }

  @Override
  public EntryReader reader() {
    throw new UnsupportedOperationException("there are no entries here");
  }

  @Override
  public Applied apply(Collection<Entry> entries, Admission admission, FormerSink formers)
      throws TableException {
    check();
    return new Applied(Set.of(), Set.of(), Map.of());
  }

  @Override
  public Set<EntryKey> add(Collection<Entry> missing) throws TableException {
    check();
    return Set.of();
  }

  @Override
  public int restore(Collection<Restoration> restorations) throws TableException {
    check();
    return 0;
  }

  @Override
  public int remove(Collection<EntryKey> keys) throws TableException {
    check();
    return 0;
  }

  @Override
  public TableFill fill() throws TableException {
    check();
    return fill;
  }

  private void check() throws TableException {
    if (broken.isPresent()) {
      throw broken.get();
    }
  }
}
