package io.conntracksync.node.agent;

import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Greeting;
import io.conntracksync.node.session.Inlet;
import io.conntracksync.node.session.PortTakenException;
import io.conntracksync.node.transfer.FaultCounter;
import io.conntracksync.node.transfer.FrameListener;
import io.conntracksync.node.transfer.PortInUseException;
import io.conntracksync.node.transfer.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Lets a target session be reached by the source's agent. */
final class TransferInlet implements Inlet {
  private final Transport transport;
  private final TransferTimeouts timeouts;
  private final FaultCounter faults;

  TransferInlet(Transport transport, TransferTimeouts timeouts, FaultCounter faults) {
    this.transport = transport;
    this.timeouts = timeouts;
    this.faults = faults;
  }

  @Override
  public Listening listen(String source, Greeting greeting, Endpoint endpoint, Door door)
      throws IOException {
    try {
      FrameListener listener =
          transport.listen(new InetSocketAddress(endpoint.address(), endpoint.port()), source);
      TransferReception reception =
          new TransferReception(listener, greeting, door, timeouts.hello(), faults);
      reception.start(endpoint.toString());
      return reception;
    } catch (PortInUseException e) {
      throw new PortTakenException(e.getMessage(), e);
    }
  }
}
