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
  /** The guest remembers no later sequence: some 160 s at the usual pace. */
  static final int SEQUENCES_MOST = 8192;

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
                .filter(sequence -> sequence < sentAt.size())
                .forEach(sequence -> trail.answeredAt(sentAt.get(sequence))));
    Optional<String> unjudged = unjudged(received);
    return new Flow(
        id,
        Transport.UDP,
        Opener.VM,
        Family.of(vm.getAddress()),
        EndpointText.of(local),
        EndpointText.of(vm),
        "",
        trail.opened(),
        trail.spans(),
        trail.last(),
        trail.longestGapAt(stopped),
        unjudged.isPresent() ? Verdict.UNKNOWN : trail.verdictAt(stopped),
        unjudged.orElse(note));
  }

  private Optional<String> unjudged(Optional<BitSet> received) {
    if (received.isEmpty()) {
      return Optional.of("the VM did not report this stream");
    }
    return sentAt.size() > SEQUENCES_MOST
        ? Optional.of("pushed for longer than the VM remembers: " + SEQUENCES_MOST + " datagrams")
        : Optional.empty();
  }
}
