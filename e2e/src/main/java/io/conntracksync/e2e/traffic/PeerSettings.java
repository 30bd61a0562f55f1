package io.conntracksync.e2e.traffic;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run of the peer program needs to know; its first line on standard input, as JSON.
 *
 * @param guests the VM's addresses; connections go to them in turn
 * @param listen the peer's own addresses to which the VM connects, at most one of each family
 * @param services by which the VM also reaches the peer
 * @param echoPort where the VM echoes
 * @param controlPort where the VM takes orders
 * @param intervalMillis pause from one message of a flow to the next
 * @param resultFile where the result is written
 */
public record PeerSettings(
    List<String> guests,
    List<String> listen,
    List<Service> services,
    int echoPort,
    int controlPort,
    long intervalMillis,
    String resultFile) {
  public static final int ECHO_PORT = 7;
  public static final int CONTROL_PORT = 9;
  public static final long INTERVAL_MILLIS = 20;

  public PeerSettings {
    guests = List.copyOf(guests);
    listen = List.copyOf(listen);
    services = List.copyOf(services);
    if (guests.isEmpty() || listen.isEmpty()) {
      throw new IllegalArgumentException(
          "the peer needs an address of the VM and one of its own, has "
              + guests
              + " and "
              + listen);
    }
  }

  /** The guest program's own ports and the usual pace. */
  public static PeerSettings of(List<String> guests, List<String> listen, String resultFile) {
    return new PeerSettings(
        guests, listen, List.of(), ECHO_PORT, CONTROL_PORT, INTERVAL_MILLIS, resultFile);
  }

  /** The same with another pause from one message of a flow to the next. */
  public PeerSettings withIntervalMillis(long millis) {
    return new PeerSettings(guests, listen, services, echoPort, controlPort, millis, resultFile);
  }

  /** The same with these services. */
  public PeerSettings withServices(List<Service> other) {
    return new PeerSettings(
        guests, listen, other, echoPort, controlPort, intervalMillis, resultFile);
  }

  @JsonIgnore
  List<InetAddress> guestAddresses() {
    return guests.stream().map(PeerSettings::literal).toList();
  }

  /** The peer's addresses that the VM can connect to: of a family that the VM has, too. */
  @JsonIgnore
  List<InetAddress> listenAddresses() {
    List<InetAddress> usable = new ArrayList<>();
    for (String text : listen) {
      InetAddress address = literal(text);
      if (guestAddresses().stream().anyMatch(guest -> Family.of(guest) == Family.of(address))) {
        usable.add(address);
      }
    }
    if (usable.isEmpty()) {
      throw new IllegalArgumentException(
          "the VM has " + guests + ", the peer " + listen + ": no family in common, add one");
    }
    return usable;
  }

  static InetAddress literal(String text) {
    return Optional.of(text)
        .filter(address -> address.matches("[0-9.]+|[0-9a-fA-F:.]+"))
        .map(PeerSettings::resolve)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"" + text + "\" is not an address; names are not looked up"));
  }

  // The text is digits and colons only, so nothing is looked up here.
  private static InetAddress resolve(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not an address", e);
    }
  }
}
