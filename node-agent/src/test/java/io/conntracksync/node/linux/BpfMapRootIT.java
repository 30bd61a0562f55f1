package io.conntracksync.node.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Maps of the kernel. */
class BpfMapRootIT {
  /** A type whose entries the kernel (Linux 6.18) does not hand out in batches. */
  private static final int DEVMAP_HASH = 25;

  private TestBpffs bpffs;

  @BeforeEach
  void mount() {
    bpffs = TestBpffs.mounted();
  }

  @AfterEach
  void unmount() {
    bpffs.close();
  }

  @Test
  void aPinnedMapSaysWhatItIs() throws IOException {
    bpffs.create("cilium_ct4_global", BpfMapInfo.LRU_HASH, 14, 56, 1000).close();

    try (BpfMap map = BpfMap.open(bpffs.folder().resolve("cilium_ct4_global"))) {
      BpfMapInfo info = map.info();

      assertThat(info)
          .isEqualTo(
              new BpfMapInfo(BpfMapInfo.LRU_HASH, info.id(), 14, 56, 1000, 0, "cilium_ct4_glob"));
      assertThat(info.id()).isPositive();
    }
  }

  @Test
  void anEntryIsPutFoundAndTakenOut() throws IOException {
    try (BpfMap map = bpffs.create("m", BpfMapInfo.HASH, 2, 3, 10)) {
      assertThat(map.lookup(bytes(1, 2))).isEmpty();
      assertThat(map.putIfAbsent(bytes(1, 2), bytes(3, 4, 5))).isTrue();
      assertThat(map.putIfAbsent(bytes(1, 2), bytes(6, 6, 6))).isFalse();
      assertThat(map.lookup(bytes(1, 2)).orElseThrow()).isEqualTo(bytes(3, 4, 5));

      map.put(bytes(1, 2), bytes(7, 7, 7));

      assertThat(map.lookup(bytes(1, 2)).orElseThrow()).isEqualTo(bytes(7, 7, 7));
      assertThat(map.remove(bytes(1, 2))).isTrue();
      assertThat(map.remove(bytes(1, 2))).isFalse();
    }
  }

  @Test
  void aFullMapSaysSo() throws IOException {
    try (BpfMap map = bpffs.create("m", BpfMapInfo.HASH, 4, 4, 1)) {
      map.put(bytes(0, 0, 0, 1), new byte[4]);

      assertThatThrownBy(() -> map.put(bytes(0, 0, 0, 2), new byte[4]))
          .isInstanceOf(SystemCallException.class)
          .hasMessage("bpf MAP_UPDATE_ELEM m failed: E2BIG; the map is full");
    }
  }

  @Test
  void aMapThatIsNotPinnedIsMissedWithAHint() {
    assertThatThrownBy(() -> BpfMap.open(bpffs.folder().resolve("absent")))
        .isInstanceOf(SystemCallException.class)
        .hasMessageMatching("bpf OBJ_GET /.*/absent failed: ENOENT; nothing of that name .*");
  }

  @Test
  void aKeyOfAnotherLengthNeverReachesTheKernel() throws IOException {
    try (BpfMap map = bpffs.create("m", BpfMapInfo.HASH, 4, 4, 1)) {
      assertThatThrownBy(() -> map.lookup(bytes(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a key of 1 bytes; those of m have 4");
    }
  }

  @Test
  void aClosedMapIsNotAskedAgain() throws IOException {
    BpfMap map = bpffs.create("m", BpfMapInfo.HASH, 4, 4, 1);
    map.close();

    assertThatThrownBy(() -> map.lookup(new byte[4]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("m is closed");
  }

  @Test
  void noDescriptorIsLeftOpen() throws IOException {
    bpffs.create("m", BpfMapInfo.HASH, 4, 4, 1).close();
    long before = openMaps();

    for (int i = 0; i < 50; i++) {
      try (BpfMap map = BpfMap.open(bpffs.folder().resolve("m"))) {
        assertThat(map.lookup(new byte[4])).isEmpty();
      }
    }

    assertThat(openMaps()).isEqualTo(before);
  }

  @Test
  void aWalkSeesEachEntryOnce() throws IOException {
    try (BpfMap map = bpffs.create("m", BpfMapInfo.LRU_HASH, 4, 8, 20_000)) {
      assertThat(walked(map, 64)).isEmpty();
      Map<Integer, Long> put = fill(map, 10_000);

      assertThat(walked(map, 4096)).isEqualTo(put);
    }
  }

  /** A bucket that does not fit into the buffers is asked for again with larger ones. */
  @Test
  void aWalkWithTooLittleRoomMakesMore() throws IOException {
    try (BpfMap map = bpffs.create("m", BpfMapInfo.HASH, 4, 8, 60_000)) {
      Map<Integer, Long> put = fill(map, 50_000);

      assertThat(walked(map, 1)).isEqualTo(put);
    }
  }

  @Test
  void aWalkGoesFromKeyToKeyWhereThereAreNoBatches() throws IOException {
    try (BpfMap map = bpffs.create("m", DEVMAP_HASH, 4, 4, 100)) {
      for (int i = 0; i < 100; i++) {
        // The value is the index of a network interface; 1 is the loopback's.
        map.put(native32(i), native32(1));
      }

      BpfWalk walk = map.walk(new WalkRoom(33));
      Map<Integer, Integer> seen = new HashMap<>();
      while (walk.next()) {
        for (int i = 0; i < walk.count(); i++) {
          assertThat(seen.put(walk.keys().getInt(4 * i), walk.values().getInt(4 * i))).isNull();
        }
      }

      assertThat(seen).hasSize(100).containsEntry(99, 1);
    }
  }

  @Test
  void aTrieOfPrefixesFindsTheLongest() throws IOException {
    try (BpfMap map = bpffs.create("m", BpfMapInfo.LPM_TRIE, 8, 1, 10)) {
      map.put(prefix(8, 10, 0, 0, 0), bytes(1));
      map.put(prefix(24, 10, 1, 2, 0), bytes(2));

      assertThat(map.lookup(prefix(32, 10, 1, 2, 3)).orElseThrow()).isEqualTo(bytes(2));
      assertThat(map.lookup(prefix(32, 10, 9, 9, 9)).orElseThrow()).isEqualTo(bytes(1));
      assertThat(map.lookup(prefix(32, 11, 0, 0, 0))).isEmpty();
    }
  }

  private static Map<Integer, Long> fill(BpfMap map, int count) {
    ByteBuffer keys = Bpf.room(4 * count);
    ByteBuffer values = Bpf.room(8 * count);
    Map<Integer, Long> put = new HashMap<>();
    for (int i = 0; i < count; i++) {
      keys.putInt(4 * i, i);
      values.putLong(8 * i, 7L * i);
      put.put(i, 7L * i);
    }
    TestBpffs.putAll(map, keys, values, count);
    return put;
  }

  private static Map<Integer, Long> walked(BpfMap map, int atATime) throws IOException {
    Map<Integer, Long> seen = new HashMap<>();
    BpfWalk walk = map.walk(new WalkRoom(atATime));
    while (walk.next()) {
      for (int i = 0; i < walk.count(); i++) {
        assertThat(seen.put(walk.keys().getInt(4 * i), walk.values().getLong(8 * i))).isNull();
      }
    }
    return seen;
  }

  private static long openMaps() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(BpfMapRootIT::isMap).count();
    }
  }

  private static boolean isMap(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().contains("bpf-map");
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] native32(int number) {
    byte[] bytes = new byte[4];
    Bpf.room(4).putInt(0, number).get(0, bytes);
    return bytes;
  }

  private static byte[] prefix(int length, int... address) {
    byte[] key = new byte[8];
    Bpf.room(4).putInt(0, length).get(0, key, 0, 4);
    System.arraycopy(bytes(address), 0, key, 4, 4);
    return key;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
