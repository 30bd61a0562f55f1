package io.conntracksync.node.libvirt;

import java.util.Optional;

/**
 * What is wanted of a libvirt.
 *
 * @param domain the only one that it is heard about; empty: all of them
 * @param mostChanges that one connection may tell of; after that it is cut and, a moment later,
 *     made anew
 */
public record Interest(Optional<String> domain, long mostChanges) {
  /** A migration makes a handful. */
  private static final long MOST_OF_ONE_DOMAIN = 256;

  /** Of a libvirt that is believed. */
  public static final Interest ALL = new Interest(Optional.empty(), Long.MAX_VALUE);

  /** Of a libvirt that has a say about this domain, and could be anything. */
  public static Interest only(String domain) {
    return new Interest(Optional.of(domain), MOST_OF_ONE_DOMAIN);
  }

  boolean includes(String name) {
    return domain.map(name::equals).orElse(true);
  }
}
