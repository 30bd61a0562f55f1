package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.TableFormat;

/**
 * A {@link Carried} as the bytes of an entry's value; the key is the map's own, see {@link CtKey}.
 * Everything is big-endian and unsigned, nothing is padded, each has exactly one encoding.
 *
 * <pre>
 * value    time left u32 ms · flags u16 · TCP flags of the initiator u8, of the responder u8
 *          · identity u32 · parts u8 · those parts
 * parts    0x01 service: address · port u16 · protocol u8 · scope u8 (0 external, 1 internal)
 *          0x02 backend: address · port u16 · protocol u8 · cluster u16
 *          0x04 NAT: address · port u16
 *          0x08 the identity is the source node's own and is looked up again; it is 0 here
 *          0x10 the source could not name the entry's ids
 * address  4 or 16 bytes, of the key's family
 * </pre>
 *
 * Any change of this is a new layout.
 */
final class CarriedLayout {
  static final TableFormat FORMAT = new TableFormat("cilium-bpf", "ct/1");

  static final int SERVICE = 0x01;
  static final int BACKEND = 0x02;
  static final int NAT = 0x04;
  static final int IDENTITY_OF_NODE = 0x08;
  static final int NAMES_LOST = 0x10;
  static final int ALL = SERVICE | BACKEND | NAT | IDENTITY_OF_NODE | NAMES_LOST;

  /** The longest value: IPv6 with all parts that can be together. */
  static final int MAX_LENGTH = 13 + 20 + 21 + 18;

  private CarriedLayout() {}

  static int parts(Carried carried) {
    Meaning meaning = carried.meaning();
    return (meaning.service().isPresent() ? SERVICE : 0)
        | (meaning.backend().isPresent() ? BACKEND : 0)
        | (carried.nat().isPresent() ? NAT : 0)
        | (carried.identity().scope() == Identity.Scope.NODE ? IDENTITY_OF_NODE : 0)
        | (meaning.names() == Meaning.Names.LOST ? NAMES_LOST : 0);
  }
}
