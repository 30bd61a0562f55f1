package io.conntracksync.e2e.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * One UDP stream: datagrams {@code <index> <sequence>} to the socket from which the VM asked once,
 * sequence from 0. Nothing comes back; the VM is asked at the end which of them arrived.
 */
final class PushStream {
  private final Beat beat;
  private final int id;
  private final int index;
  private final DatagramChannel channel;
  private final InetSocketAddress vm;
  private final InetSocketAddress local;
  private final List<Long> sentAt = new ArrayList<>();
  private String note = "";

  PushStream(
      Beat beat,
      int id,
      int index,
      DatagramChannel channel,
      InetSocketAddress local,
      InetSocketAddress vm) {
    this.beat = beat;
    this.id = id;
    this.index = index;
    this.channel = channel;
    this.local = local;
    this.vm = vm;
  }

  int index() {
    return index;
  }

  void push() {
    if (!channel.isOpen()) {
      return;
    }
    long now = beat.clock().now();
    String text = index + " " + sentAt.size() + "\n";
    try {
      channel.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), vm);
    } catch (IOException e) {
      // A firewall that rejects instead of drops: the stream goes on and the VM's count decides.
      note = "send failed: " + e.getMessage();
    }
    sentAt.add(now);
    beat.agenda().at(now + beat.intervalMillis(), this::push);
  }

  /** {@code received}: the sequences that the VM has; empty when it could not be asked. */
  Flow flowAt(long stopped, Optional<BitSet> received) {
    EchoTrail trail = new EchoTrail(sentAt.isEmpty() ? stopped : sentAt.get(0));
    received.ifPresent(
        bits ->
            bits.stream()
                .filter(bit -> bit < sentAt.size())
                .forEach(bit -> trail.answeredAt(sentAt.get(bit))));
    return new Flow(
        id,
        Transport.UDP,
        Opener.VM,
        Family.of(vm.getAddress()),
        EndpointText.of(local),
        EndpointText.of(vm),
        trail.opened(),
        trail.spans(),
        trail.last(),
        trail.longestGapAt(stopped),
        received.isPresent() ? trail.verdictAt(stopped) : Verdict.UNKNOWN,
        received.isPresent() ? note : "the VM did not report this stream");
  }
}
