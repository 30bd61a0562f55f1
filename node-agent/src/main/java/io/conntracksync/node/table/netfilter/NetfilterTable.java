package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.NetlinkSocket;
import io.conntracksync.node.linux.NetworkNamespace;
import io.conntracksync.node.table.Admission;
import io.conntracksync.node.table.Applied;
import io.conntracksync.node.table.Changes;
import io.conntracksync.node.table.ConntrackTable;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.EntryReader;
import io.conntracksync.node.table.EntrySink;
import io.conntracksync.node.table.EventCoverage;
import io.conntracksync.node.table.FormerSink;
import io.conntracksync.node.table.Restoration;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFill;
import io.conntracksync.node.table.TableFormat;
import io.conntracksync.node.table.TableKind;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conntrack table of one network namespace. The format is {@code netfilter/ctnetlink/1}, see
 * {@link FlowLayout}. Needs CAP_NET_ADMIN over the namespace, and CAP_SYS_ADMIN to enter another
 * one. Safe for several threads; calls do not wait for each other.
 */
public final class NetfilterTable implements ConntrackTable {
  private static final Logger LOG = LoggerFactory.getLogger(NetfilterTable.class);

  /** The kernel takes up to twice of it, and only while events wait: some 10,000 of them. */
  public static final int DEFAULT_EVENT_BUFFER = 8 * 1024 * 1024;

  private final ChannelPool channels;
  private final NatChains natChains;
  private final EventSetting setting;
  private final VmAddress place;
  private final int eventBuffer;
  private final Object listening = new Object();
  private Optional<NetlinkSocket> listener = Optional.empty();

  private NetfilterTable(
      ChannelPool channels, EventSetting setting, VmAddress place, int eventBuffer) {
    this.channels = channels;
    this.natChains = new NatChains(channels);
    this.setting = setting;
    this.place = place;
    this.eventBuffer = eventBuffer;
  }

  /**
   * The table of that namespace, which it closes with itself. The table is asked once, so that a
   * missing right or a missing module is found now and not when a VM moves.
   */
  public static NetfilterTable open(NetworkNamespace namespace) throws TableException {
    return open(namespace, VmAddress.REAL_END, DEFAULT_EVENT_BUFFER);
  }

  /** What every such table is, one that is not there as well. */
  public static TableKind kind() {
    return new TableKind(FlowLayout.FORMAT, new FlowEntryReader());
  }

  /** The same of a launcher pod's namespace, where the guest is behind the VM's address. */
  public static NetfilterTable ofPod(NetworkNamespace namespace) throws TableException {
    return open(namespace, VmAddress.SHOWN_END, DEFAULT_EVENT_BUFFER);
  }

  /**
   * As the first, with so many bytes for the events of each stream of changes that nobody has read.
   */
  public static NetfilterTable open(NetworkNamespace namespace, int eventBuffer)
      throws TableException {
    return open(namespace, VmAddress.REAL_END, eventBuffer);
  }

  private static NetfilterTable open(NetworkNamespace namespace, VmAddress place, int eventBuffer)
      throws TableException {
    ChannelPool channels = new ChannelPool(namespace);
    try {
      NetfilterTable table =
          new NetfilterTable(channels, EventSetting.of(namespace), place, eventBuffer);
      var unused = table.fill();
      return table;
    } catch (TableException | RuntimeException e) {
      channels.close();
      throw e;
    }
  }

  /**
   * Makes the kernel tell changes of all entries that are made from now on, until this table is
   * closed; entries made while nobody listens stay silent all their life. To be called when the
   * agent starts. Costs nothing between changes(); called again, it does nothing.
   */
  public void listen() throws TableException {
    synchronized (listening) {
      if (listener.isEmpty()) {
        listener = Optional.of(EventSocket.presence(channels.namespace()));
        // Asked now, so that no import has to: there may be thousands of chains.
        boolean translates = natChains.translates(Family.IPV4);
        LOG.atDebug().addKeyValue("translates", translates).log("conntrack events listened to");
      }
    }
  }

  /**
   * Sets {@code nf_conntrack_events} of this namespace to 1: entries then tell their changes even
   * if they are made while no agent runs. Those that are there already stay as they are, so the
   * coverage of this table does not become {@code ALL} by it.
   */
  public void prepareEntriesForEvents() throws TableException {
    setting.always();
  }

  /** Of which entries a stream opened now would tell. */
  public EventCoverage coverage() throws TableException {
    return setting.coverage();
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
              new Snapshot(channel, place, addresses, sink).read();
              return sink;
            });
  }

  /**
   * At most {@value EventFilter#MAX_ADDRESSES} addresses, which the kernel compares: events of
   * others take no room in the buffer. The stream ends before the table does.
   */
  @Override
  public Changes changes(Set<InetAddress> addresses) throws TableException {
    EventSocket socket =
        EventSocket.open(channels.namespace(), eventBuffer, EventFilter.of(place, addresses));
    try {
      EventCoverage coverage = setting.coverage();
      if (coverage == EventCoverage.NONE) {
        LOG.atWarn()
            .addKeyValue("setting", "net.netfilter.nf_conntrack_events")
            .log("no changes are told, the table is compared every second; set it to 1");
      }
      return new NetfilterChanges(socket, channels, coverage, place, addresses);
    } catch (TableException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public EntryReader reader() {
    return new FlowEntryReader();
  }

  @Override
  public Applied apply(Collection<Entry> entries, Admission admission, FormerSink formers)
      throws TableException {
    return channels.use(
        channel ->
            new FlowImport(
                    new KernelEntryRequests(channel),
                    natChains,
                    FlowAdmission.of(admission, place),
                    formers)
                .apply(entries));
  }

  @Override
  public Set<EntryKey> add(Collection<Entry> missing) throws TableException {
    return channels.use(
        channel -> FlowImport.ofMissing(new KernelEntryRequests(channel)).apply(missing).created());
  }

  @Override
  public int restore(Collection<Restoration> restorations) throws TableException {
    return channels.use(
        channel -> new FlowRestore(new KernelEntryRequests(channel)).restore(restorations));
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
    synchronized (listening) {
      listener.ifPresent(NetlinkSocket::close);
      listener = Optional.empty();
    }
    channels.close();
  }
}
