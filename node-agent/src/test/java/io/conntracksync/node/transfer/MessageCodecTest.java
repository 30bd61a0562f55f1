package io.conntracksync.node.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {
  private static final int ROUNDS = 2000;

  static Stream<Arguments> goldenFrames() throws IOException {
    return Stream.of(
        Arguments.of(
            "02 0000002a 01 057569642d31 096e65746669"
                + "6c746572 0131 02 040a000005 10fd000000000000000000000000000005",
            new Message.Hello(
                "uid-1",
                new TableFormat("netfilter", "1"),
                Set.of(InetAddress.getByName("10.0.0.5"), InetAddress.getByName("fd00::5")))),
        Arguments.of(
            "02 0000000e 02 01 0001 03aabbcc 000401020304",
            new Message.Upserts(List.of(Entry.of(key(0xAA, 0xBB, 0xCC), new byte[] {1, 2, 3, 4})))),
        Arguments.of(
            "02 00000008 02 02 0002 01aa 01bb", new Message.Deletes(List.of(key(0xAA), key(0xBB)))),
        Arguments.of("02 00000009 03 0000000000000007", new Message.Barrier(7)),
        Arguments.of(
            "02 00000024 04 0000000000000007 000000000000019c 01 095461626c6546756c6c"
                + " 0000000000000003",
            new Message.Ack(7, 412, Map.of(RefusalReason.TABLE_FULL, 3L))),
        Arguments.of("02 00000001 05", new Message.Final()),
        Arguments.of("02 00000002 06 01", new Message.Bye(Message.Ending.KEPT)),
        Arguments.of("02 00000002 06 02", new Message.Bye(Message.Ending.ROLLED_BACK)),
        Arguments.of(
            "02 00000006 07 05 00026e6f", new Message.Refusal(RefusalCode.OTHER_SYNC, "no")));
  }

  @ParameterizedTest
  @MethodSource("goldenFrames")
  void framesAreTheseBytes(String hex, Message message) throws IOException {
    byte[] frame = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThat(HexFormat.of().formatHex(FrameCodec.frame(message)))
        .isEqualTo(HexFormat.of().formatHex(frame));
    byte[] payload = Arrays.copyOfRange(frame, FrameCodec.HEADER_LENGTH, frame.length);
    assertThat(FrameCodec.payloadLength(frame)).isEqualTo(payload.length);
    assertThat(MessageCodec.decode(payload)).isEqualTo(message);
  }

  @Test
  void whatIsEncodedDecodesToTheSame() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < ROUNDS; i++) {
      Message message = any(random);
      assertThat(MessageCodec.decode(MessageCodec.encode(message))).isEqualTo(message);
    }
  }

  @Test
  void anyBytesAreAMessageOrARefusal() {
    Random random = new Random(2);
    int refusals = 0;
    for (int i = 0; i < ROUNDS; i++) {
      refusals += decodesOrRefuses(mutilated(MessageCodec.encode(any(random)), random));
      byte[] noise = new byte[random.nextInt(64)];
      random.nextBytes(noise);
      if (noise.length > 0) {
        noise[0] = (byte) (1 + random.nextInt(8));
      }
      refusals += decodesOrRefuses(noise);
    }
    assertThat(refusals).isGreaterThan(ROUNDS / 2);
  }

  @Test
  void theLargestChunkFitsInAFrame() {
    byte[] value = new byte[Entry.MAX_VALUE_LENGTH];
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < Message.MAX_ENTRIES; i++) {
      byte[] key = new byte[EntryKey.MAX_LENGTH];
      key[0] = (byte) i;
      entries.add(Entry.of(EntryKey.of(key), value));
    }

    assertThat(FrameCodec.frame(new Message.Upserts(entries)).length)
        .isLessThanOrEqualTo(FrameCodec.HEADER_LENGTH + FrameCodec.MAX_PAYLOAD);
  }

  @Test
  void aLongRefusalIsCutBetweenTwoCharacters() throws IOException {
    // 3 bytes each: 1024 is inside of one
    Message.Refusal refusal = new Message.Refusal(RefusalCode.MALFORMED, "€".repeat(400));

    Message decoded = MessageCodec.decode(MessageCodec.encode(refusal));

    assertThat(decoded).isEqualTo(new Message.Refusal(RefusalCode.MALFORMED, "€".repeat(341)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "01 01 61 01 62 01 63 00", // a Hello without addresses
        "01 01 61 01 62 01 63 01 05 0102030405", // an address of five bytes
        "01 01 ff 01 62 01 63 01 04 01020304", // no UTF-8
        "02 01 0000", // no entries
        "02 01 ffff", // more entries than a chunk has
        "02 03 0001 01aa", // an unknown operation
        "02 02 0001 00", // an empty key
        "02 01 0001 01aa 1001", // a value that is longer than the rest
        "03 ffffffffffffffff", // a negative count
        "04 0000000000000001 0000000000000001 01 0161 0000000000000001", // an unknown reason
        "05 00", // something behind the end
        "06 03", // an unknown ending
        "07 ff 0000", // an unknown code
      })
  void malformedBytesAreRefusedAsSuch(String hex) {
    byte[] payload = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThatThrownBy(() -> MessageCodec.decode(payload))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.fault()).isEqualTo(TransferFault.MALFORMED));
  }

  @Test
  void anUnknownTypeIsRefusedAsSuch() {
    assertThatThrownBy(() -> MessageCodec.decode(new byte[] {99}))
        .isInstanceOfSatisfying(
            TransferException.class,
            e -> assertThat(e.fault()).isEqualTo(TransferFault.UNKNOWN_TYPE));
  }

  private static int decodesOrRefuses(byte[] payload) {
    try {
      Message message = MessageCodec.decode(payload);
      // What we understood, we can say again.
      assertThat(MessageCodec.encode(message)).isNotEmpty();
      return 0;
    } catch (TransferException e) {
      return 1;
    }
  }

  private static byte[] mutilated(byte[] bytes, Random random) {
    byte[] copy = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    for (int i = 0; i < 3 && copy.length > 0; i++) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt();
    }
    return copy;
  }

  private static Message any(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> new Message.Hello(text(random), format(random), addresses(random));
      case 1 -> new Message.Upserts(Stream.generate(() -> entry(random)).limit(3).toList());
      case 2 -> new Message.Deletes(Stream.generate(() -> entry(random).key()).limit(5).toList());
      case 3 -> new Message.Barrier(random.nextLong(Long.MAX_VALUE));
      case 4 -> new Message.Ack(random.nextInt(99), random.nextInt(99), refused(random));
      case 5 -> new Message.Final();
      case 6 -> new Message.Bye(one(Message.Ending.values(), random));
      default -> new Message.Refusal(one(RefusalCode.values(), random), text(random));
    };
  }

  private static <T> T one(T[] values, Random random) {
    return List.of(values).get(random.nextInt(values.length));
  }

  private static String text(Random random) {
    return "ü".repeat(random.nextInt(100));
  }

  private static TableFormat format(Random random) {
    return new TableFormat(text(random), text(random));
  }

  private static Set<InetAddress> addresses(Random random) {
    Set<InetAddress> addresses = new HashSet<>();
    for (int i = 0; i <= random.nextInt(Message.MAX_ADDRESSES); i++) {
      byte[] address = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(address);
      try {
        addresses.add(InetAddress.getByAddress(address));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return addresses;
  }

  private static Entry entry(Random random) {
    byte[] key = new byte[1 + random.nextInt(EntryKey.MAX_LENGTH)];
    byte[] value = new byte[random.nextInt(Entry.MAX_VALUE_LENGTH + 1)];
    random.nextBytes(key);
    random.nextBytes(value);
    return Entry.of(EntryKey.of(key), value);
  }

  private static Map<RefusalReason, Long> refused(Random random) {
    Map<RefusalReason, Long> refused = new EnumMap<>(RefusalReason.class);
    for (RefusalReason reason : RefusalReason.values()) {
      if (random.nextBoolean()) {
        refused.put(reason, (long) random.nextInt(1000));
      }
    }
    return refused;
  }

  private static EntryKey key(int... bytes) {
    byte[] key = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      key[i] = (byte) bytes[i];
    }
    return EntryKey.of(key);
  }
}
