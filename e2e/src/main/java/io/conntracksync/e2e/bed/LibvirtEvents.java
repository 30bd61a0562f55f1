package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Feed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node's libvirt reports about all domains, read as it comes. There is no filter by domain:
 * on the target of a migration the domain does not exist yet when one has to subscribe.
 */
public final class LibvirtEvents implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtEvents.class);
  private static final String PROBE = "subscription-probe";

  private final String node;
  private final List<LibvirtEvent> seen = new CopyOnWriteArrayList<>();
  private final List<Consumer<LibvirtEvent>> listeners = new CopyOnWriteArrayList<>();
  private Optional<Feed> feed = Optional.empty();

  /** Nothing is reported before the first subscription. */
  LibvirtEvents(String node) {
    this.node = node;
  }

  /**
   * Returns when events of this daemon do arrive. One that was subscribed to before is heard no
   * more; what it has reported stays.
   */
  void subscribe(Virsh libvirt) {
    close();
    // virsh keeps its lines back when it does not write to a terminal, hence stdbuf.
    List<String> words = new ArrayList<>(List.of("stdbuf", "-oL"));
    words.addAll(libvirt.words());
    words.addAll(List.of("event", "--all", "--loop", "--timestamp"));
    Feed started = Feed.start("virsh event of " + node, words, this::read);
    feed = Optional.of(started);
    awaitSubscription(started, libvirt);
  }

  // virsh does not say when it has subscribed. So cause an event until one is seen.
  private void awaitSubscription(Feed started, Virsh libvirt) {
    int mark = count();
    String domain =
        """
        <domain type='qemu'>
          <name>%s</name>
          <memory>1024</memory>
          <os><type arch='x86_64'>hvm</type></os>
        </domain>
        """
            .formatted(PROBE);
    Awaitility.await("events of " + node)
        .pollInterval(Duration.ofMillis(50))
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              started.requireAlive();
              libvirt.command("define", "/dev/stdin").reading(domain).run();
              libvirt.command("undefine", PROBE).run();
              return count() > mark;
            });
  }

  private void read(String line) {
    Optional<LibvirtEvent> event = LibvirtEvent.parse(line, System.nanoTime());
    if (event.isPresent()) {
      tell(event.get());
    } else if (!line.startsWith("\t")) { // Not the figures of a job-completed event.
      LOG.atDebug().addKeyValue("node", node).addKeyValue("line", line).log("not an event");
    }
  }

  private void tell(LibvirtEvent event) {
    seen.add(event);
    for (Consumer<LibvirtEvent> listener : listeners) {
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        // The next listener and the next event matter more than this one.
        LOG.atError().addKeyValue("event", event).setCause(e).log("listener failed");
      }
    }
  }

  /** Calls it for each event from now on, one at a time, in the order of libvirt. */
  public void listen(Consumer<LibvirtEvent> listener) {
    listeners.add(listener);
  }

  public List<LibvirtEvent> seen() {
    return List.copyOf(seen);
  }

  /** How many there were until now: a mark for {@link #await}. */
  public int count() {
    return seen.size();
  }

  /** The first event after the mark that is wanted; throws with all that came instead. */
  public LibvirtEvent await(int mark, String what, Predicate<LibvirtEvent> wanted) {
    try {
      return Awaitility.await(what)
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofSeconds(30))
          .until(() -> since(mark).stream().filter(wanted).findFirst(), found -> found.isPresent())
          .orElseThrow();
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException(
          "no event \"" + what + "\" on " + node + ", only " + since(mark), e);
    }
  }

  private List<LibvirtEvent> since(int mark) {
    return seen.stream().skip(mark).toList();
  }

  @Override
  public void close() {
    feed.ifPresent(Feed::close);
    feed = Optional.empty();
  }
}
