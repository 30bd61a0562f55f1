package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.linux.BpfMap;
import io.conntracksync.node.linux.BpfWalk;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.linux.WalkRoom;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.TableException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks through the maps of the families asked for. Memory: a room outside the heap that is used
 * again, and the entries of the addresses.
 */
final class MapScan implements EntryScan {
  /** Larger batches gain nothing, smaller ones cost calls. */
  static final int ENTRIES_AT_A_TIME = 4096;

  private static final int MARK_LENGTH = 4;

  private final Path folder;
  private final NodeKnowledge knowledge;
  private final WalkRoom room = new WalkRoom(ENTRIES_AT_A_TIME);

  MapScan(Path folder, NodeKnowledge knowledge) {
    this.folder = folder;
    this.knowledge = knowledge;
  }

  @Override
  public List<FoundEntry> read(Set<InetAddress> addresses) throws TableException {
    CiliumNode node = knowledge.node();
    ClockCheck check = new ClockCheck(node.clock(), knowledge.now(node.clock()));
    Map<EntryKey, FoundEntry> found = new LinkedHashMap<>();
    try (PinnedMaps maps = new PinnedMaps(folder)) {
      for (Map.Entry<CtMap, BpfMap> each : CtMap.findAll(maps).entrySet()) {
        Family family = each.getKey().family();
        List<InetAddress> ours =
            addresses.stream().filter(address -> Family.of(address) == family).toList();
        if (!ours.isEmpty()) {
          walk(each.getValue(), family, new Picking(node, addresses, ours, check, found));
        }
      }
    } catch (SystemCallException e) {
      throw MapFailure.of(e);
    }
    check.conclude();
    return new ArrayList<>(found.values());
  }

  private void walk(BpfMap map, Family family, Picking picking) throws SystemCallException {
    BpfWalk walk = map.walk(room);
    while (walk.next()) {
      picking.pick(walk, family.keyLength(), family.addressLength());
    }
  }

  /** Picks out of a batch what belongs to the addresses. */
  private static final class Picking {
    private final CiliumNode node;
    private final Set<InetAddress> addresses;
    private final AddressMarks marks;
    private final ClockCheck check;
    private final Map<EntryKey, FoundEntry> found;

    Picking(
        CiliumNode node,
        Set<InetAddress> addresses,
        List<InetAddress> ofFamily,
        ClockCheck check,
        Map<EntryKey, FoundEntry> found) {
      this.node = node;
      this.addresses = addresses;
      this.marks = new AddressMarks(ofFamily);
      this.check = check;
      this.found = found;
    }

    void pick(BpfWalk walk, int keyLength, int addressLength) {
      ByteBuffer keys = walk.keys();
      ByteBuffer values = walk.values();
      for (int i = 0; i < walk.count(); i++) {
        int destination = i * keyLength + addressLength - MARK_LENGTH;
        check.look(values.getInt(i * CtValue.LENGTH + CtValue.LIFETIME));
        if (marks.mayContain(keys.getInt(destination))
            || marks.mayContain(keys.getInt(destination + addressLength))) {
          take(bytes(keys, i, keyLength), bytes(values, i, CtValue.LENGTH));
        }
      }
    }

    private void take(byte[] keyBytes, byte[] valueBytes) {
      EntryKey bytes = EntryKey.of(keyBytes);
      CtKey key;
      try {
        key = CtKey.decode(bytes);
      } catch (RefusedEntryException e) {
        // Not one of a flow: a newer Cilium's own business.
        return;
      }
      CtValue value = CtValue.decode(valueBytes);
      if (Belonging.isOf(key, value, node.generation(), addresses)) {
        found.put(bytes, new FoundEntry(key, value));
      }
    }

    private static byte[] bytes(ByteBuffer all, int index, int length) {
      byte[] bytes = new byte[length];
      all.get(index * length, bytes);
      return bytes;
    }
  }
}
