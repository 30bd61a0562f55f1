package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFill;
import io.conntracksync.node.table.TableFormat;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Set;

/**
 * The conntrack table of one network namespace. The format is {@code netfilter/ctnetlink/1}, see
 * {@link FlowLayout}. Needs CAP_NET_ADMIN over the namespace, and CAP_SYS_ADMIN to enter another
 * one. Safe for several threads; calls do not wait for each other.
 */
public final class NetfilterTable implements ConntrackTable, AutoCloseable {
  private final ChannelPool channels;

  private NetfilterTable(ChannelPool channels) {
    this.channels = channels;
  }

  /**
   * The table of that namespace, which it closes with itself. The table is asked once, so that a
   * missing right or a missing module is found now and not when a VM moves.
   */
  public static NetfilterTable open(NetworkNamespace namespace) throws TableException {
    NetfilterTable table = new NetfilterTable(new ChannelPool(namespace));
    try {
      var unused = table.fill();
      return table;
    } catch (TableException | RuntimeException e) {
      table.close();
      throw e;
    }
  }

  @Override
  public TableFormat format() {
    return FlowLayout.FORMAT;
  }

  /**
   * Left out are entries that are about to vanish and those that no kernel could be given: dying
   * ones, TCP connections that are over and have less than two seconds left, DCCP.
   */
  @Override
  public void snapshot(Set<InetAddress> addresses, EntrySink sink) throws TableException {
    var unused =
        channels.use(
            channel -> {
              new Snapshot(channel, addresses, sink).read();
              return sink;
            });
  }

  @Override
  public Applied apply(Collection<Entry> entries, Admission admission) throws TableException {
    return channels.use(
        channel -> new FlowImport(new KernelEntryRequests(channel), admission).apply(entries));
  }

  @Override
  public int remove(Collection<EntryKey> keys) throws TableException {
    return channels.use(channel -> new FlowRemoval(new KernelEntryRequests(channel)).remove(keys));
  }

  @Override
  public TableFill fill() throws TableException {
    return channels.use(FillRequest::read);
  }

  /** Ends the use of the table; its entries stay. Calls under way finish. */
  @Override
  public void close() {
    channels.close();
  }
}
