package io.conntracksync.node.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hooks whose sync is not seen yet: the announcements of migrations, those who wait for one, and
 * those who waited in vain, so that a sync that is only late can still say so. Announcements and
 * vain waits are forgotten after a while, the oldest first when there are many. Safe for use by
 * several threads; calls nobody.
 */
final class HookLobby {
  // Between the announcement and the start lie the preparations of libvirt: seconds at most.
  private static final Duration EXPIRY = Duration.ofMinutes(1);
  // A sync that comes later than that belongs to another attempt.
  private static final Duration LATE = Duration.ofSeconds(5);
  private static final int MAX_REMEMBERED = 1024;

  private final Map<Announcement, Instant> announced = new LinkedHashMap<>();
  private final Map<String, Missed> missed = new LinkedHashMap<>();
  private final Map<String, List<HookWait>> waiting = new HashMap<>();

  synchronized void announce(String domain, String uuid, Instant now) {
    Announcement announcement = new Announcement(domain, uuid);
    // Put last again: the order is that of age.
    announced.remove(announcement);
    announced.put(announcement, now);
    forgetOld(now);
    forgetOldestOf(announced);
  }

  /** Whether this start was announced; asked once, for the next start may be an ordinary one. */
  synchronized boolean wasAnnounced(String domain, String uuid, Instant now) {
    forgetOld(now);
    Announcement start = new Announcement(domain, uuid);
    Optional<Announcement> match = announced.keySet().stream().filter(start::fits).findFirst();
    match.ifPresent(announced::remove);
    return match.isPresent();
  }

  /** The domain of the only announcement there is, which is used up by this. */
  synchronized Optional<String> onlyAnnounced(Instant now) {
    forgetOld(now);
    if (announced.size() != 1) {
      return Optional.empty();
    }
    Announcement only = announced.keySet().iterator().next();
    announced.clear();
    return Optional.of(only.domain());
  }

  synchronized void enter(String domain, HookWait wait) {
    waiting.computeIfAbsent(domain, unused -> new ArrayList<>()).add(wait);
  }

  /** Whether it was still here. */
  synchronized boolean leave(String domain, HookWait wait) {
    List<HookWait> waits = waiting.getOrDefault(domain, new ArrayList<>());
    boolean here = waits.remove(wait);
    if (waits.isEmpty()) {
      waiting.remove(domain);
    }
    return here;
  }

  /** As {@link #leave}; that it waited in vain is remembered for a sync that comes late. */
  synchronized boolean giveUp(String domain, HookWait wait, Instant now) {
    boolean here = leave(domain, wait);
    if (here) {
      missed.remove(domain);
      missed.put(domain, new Missed(now, Duration.between(wait.askedAt(), now)));
      forgetOldestOf(missed);
    }
    return here;
  }

  /** How long a hook of the domain has just waited in vain; told once. */
  synchronized Optional<Duration> takeMissed(String domain, Instant now) {
    return Optional.ofNullable(missed.remove(domain))
        .filter(wait -> !wait.at().plus(LATE).isBefore(now))
        .map(Missed::waited);
  }

  /** All that wait for the domain; they are here no longer. */
  synchronized List<HookWait> leaveAll(String domain) {
    List<HookWait> waits = waiting.remove(domain);
    return waits == null ? List.of() : waits;
  }

  synchronized List<HookWait> leaveAll() {
    List<HookWait> all = waiting.values().stream().flatMap(List::stream).toList();
    waiting.clear();
    return all;
  }

  private void forgetOld(Instant now) {
    announced.values().removeIf(since -> since.plus(EXPIRY).isBefore(now));
  }

  private static void forgetOldestOf(Map<?, ?> remembered) {
    if (remembered.size() > MAX_REMEMBERED) {
      remembered.remove(remembered.keySet().iterator().next());
    }
  }

  private record Announcement(String domain, String uuid) {
    /** What a hook says to which libvirt handed no domain XML. */
    private static final String UNKNOWN = "-";

    /** Of one migration: a hook may have learned the uuid at one of its two calls only. */
    boolean fits(Announcement other) {
      return domain.equals(other.domain)
          && (uuid.equals(other.uuid) || uuid.equals(UNKNOWN) || other.uuid.equals(UNKNOWN));
    }
  }

  /** When a wait was given up, and how long it had been. */
  private record Missed(Instant at, Duration waited) {}
}
