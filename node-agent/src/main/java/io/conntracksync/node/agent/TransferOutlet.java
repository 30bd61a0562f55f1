package io.conntracksync.node.agent;

import io.conntracksync.node.session.Acknowledgement;
import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Greeting;
import io.conntracksync.node.session.Outlet;
import io.conntracksync.node.session.PeerDoneException;
import io.conntracksync.node.session.PeerRefusedException;
import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.transfer.FaultCounter;
import io.conntracksync.node.transfer.FrameChannel;
import io.conntracksync.node.transfer.Message;
import io.conntracksync.node.transfer.TransferException;
import io.conntracksync.node.transfer.TransferFault;
import io.conntracksync.node.transfer.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a source session's entries to the target's agent. */
final class TransferOutlet implements Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(TransferOutlet.class);

  private final Transport transport;
  private final TransferTimeouts timeouts;
  private final FaultCounter faults;

  TransferOutlet(Transport transport, TransferTimeouts timeouts, FaultCounter faults) {
    this.transport = transport;
    this.timeouts = timeouts;
    this.faults = faults;
  }

  @Override
  public Link open(String target, Greeting greeting, Endpoint endpoint) throws IOException {
    FrameChannel channel = connect(target, endpoint);
    Connection connection = new Connection(channel);
    try {
      connection.greet(greeting);
      return connection;
    } catch (IOException e) {
      channel.close();
      throw isOurKeyRefused(e) ? keyRefused(target, e) : e;
    }
  }

  private FrameChannel connect(String target, Endpoint endpoint) throws IOException {
    try {
      return transport.connect(
          new InetSocketAddress(endpoint.address(), endpoint.port()), target, timeouts.connect());
    } catch (TransferException e) {
      faults.count(e.fault());
      throw e;
    }
  }

  /** TLS lets us think that we are in before the target has looked at our key. */
  private static boolean isOurKeyRefused(IOException e) {
    return e instanceof TransferException broken && broken.fault() == TransferFault.TLS_BROKEN;
  }

  private static IOException keyRefused(String target, IOException cause) {
    return new IOException(
        "node %s does not take this node's key: has it seen our ConntrackNode of late? %s"
            .formatted(target, cause.getMessage()),
        cause);
  }

  /** One connection. A fault of the peer's is counted where it shows and thrown on. */
  private final class Connection implements Link {
    private final FrameChannel channel;
    private long barriers;

    Connection(FrameChannel channel) {
      this.channel = channel;
    }

    void greet(Greeting greeting) throws IOException {
      write(TransferWords.hello(greeting));
      Message answer = counted(() -> channel.read(timeouts.hello()));
      if (!(answer instanceof Message.Hello)) {
        throw outOfOrder("no Hello");
      }
    }

    @Override
    public void send(List<Entry> entries) throws IOException {
      for (int from = 0; from < entries.size(); from += Message.MAX_ENTRIES) {
        int to = Math.min(entries.size(), from + Message.MAX_ENTRIES);
        write(new Message.Upserts(entries.subList(from, to)));
      }
    }

    @Override
    public void remove(Collection<EntryKey> keys) throws IOException {
      List<EntryKey> all = List.copyOf(keys);
      for (int from = 0; from < all.size(); from += Message.MAX_ENTRIES) {
        int to = Math.min(all.size(), from + Message.MAX_ENTRIES);
        write(new Message.Deletes(all.subList(from, to)));
      }
    }

    @Override
    public Acknowledgement barrier() throws IOException {
      barriers++;
      write(new Message.Barrier(barriers));
      Message answer = counted(() -> channel.read(timeouts.acknowledgement()));
      if (answer instanceof Message.Ack ack && ack.number() == barriers) {
        return new Acknowledgement(ack.applied(), ack.refused());
      }
      throw outOfOrder("no acknowledgement of barrier " + barriers);
    }

    @Override
    public void sayBye(Conclusion conclusion) {
      try {
        channel.write(TransferWords.bye(conclusion));
      } catch (IOException e) {
        // The target hears of the end from the API server, too.
        LOG.atDebug().setCause(e).log("goodbye not said");
      }
    }

    @Override
    public long bytesSent() {
      return channel.bytesWritten();
    }

    @Override
    public void close() {
      channel.close();
    }

    private void write(Message message) throws IOException {
      try {
        channel.write(message);
      } catch (TransferException e) {
        faults.count(e.fault());
        throw e;
      } catch (IOException e) {
        throw refusalBehind(e);
      }
    }

    /**
     * A peer that refuses or leaves in mid-stream stops reading: its last word lies in our receive
     * buffer.
     */
    private IOException refusalBehind(IOException broken) {
      try {
        Message last = counted(() -> channel.read(timeouts.hello()));
        LOG.atDebug().addKeyValue("last", last.getClass().getSimpleName()).log("connection broke");
        return broken;
      } catch (PeerRefusedException | PeerDoneException said) {
        return said;
      } catch (IOException e) {
        broken.addSuppressed(e);
        return isOurKeyRefused(e) ? e : broken;
      }
    }

    private Message counted(Read read) throws IOException {
      try {
        Message message = read.read();
        if (message instanceof Message.Refusal refusal) {
          faults.count(TransferFault.REFUSED_BY_PEER);
          throw new PeerRefusedException(TransferWords.printable(refusal.text()));
        }
        if (message instanceof Message.Bye) {
          throw new PeerDoneException();
        }
        return message;
      } catch (TransferException e) {
        faults.count(e.fault());
        throw e;
      }
    }

    private TransferException outOfOrder(String what) {
      faults.count(TransferFault.OUT_OF_ORDER);
      return new TransferException(TransferFault.OUT_OF_ORDER, "the target sent " + what);
    }
  }

  /** One try to read. */
  private interface Read {
    Message read() throws IOException;
  }
}
