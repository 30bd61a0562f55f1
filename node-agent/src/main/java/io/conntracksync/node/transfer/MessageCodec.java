package io.conntracksync.node.transfer;

import io.conntracksync.node.table.Entry;
import io.conntracksync.node.table.EntryKey;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFormat;
import io.conntracksync.node.transfer.Message.Ack;
import io.conntracksync.node.transfer.Message.Barrier;
import io.conntracksync.node.transfer.Message.Bye;
import io.conntracksync.node.transfer.Message.Deletes;
import io.conntracksync.node.transfer.Message.Ending;
import io.conntracksync.node.transfer.Message.Final;
import io.conntracksync.node.transfer.Message.Hello;
import io.conntracksync.node.transfer.Message.Refusal;
import io.conntracksync.node.transfer.Message.Upserts;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The payload of a frame: {@code type u8 · body}, numbers big-endian.
 *
 * <pre>
 * 1 Hello    uid text8 · backend text8 · layout text8 · n u8 · n × address
 * 2 Entries  operation u8 · n u16 · n × (1 upsert: key bytes8 · value bytes16 | 2 delete: key bytes8)
 * 3 Barrier  number u64
 * 4 Ack      number u64 · applied u64 · n u8 · n × (reason text8 · count u64)
 * 5 Final
 * 6 Bye      ending u8 (1 kept, 2 rolled back)
 * 7 Refusal  code u8 · text16, at most 1024 bytes
 * text8, bytes8   length u8 · UTF-8 or bytes      text16, bytes16   length u16 · the same
 * address         length u8 (4 or 16) · network order
 * </pre>
 *
 * Any bytes decode to a message or to a {@link TransferException}, never to anything else.
 */
final class MessageCodec {
  private static final int HELLO = 1;
  private static final int ENTRIES = 2;
  private static final int BARRIER = 3;
  private static final int ACK = 4;
  private static final int FINAL = 5;
  private static final int BYE = 6;
  private static final int REFUSAL = 7;

  private static final int UPSERT = 1;
  private static final int DELETE = 2;
  private static final int KEPT = 1;
  private static final int ROLLED_BACK = 2;

  private static final int MAX_REFUSAL_TEXT = 1024;

  private MessageCodec() {}

  static byte[] encode(Message message) {
    PayloadWriter out = new PayloadWriter();
    if (message instanceof Hello hello) {
      encode(hello, out.u8(HELLO));
    } else if (message instanceof Upserts upserts) {
      out.u8(ENTRIES).u8(UPSERT).u16(upserts.entries().size());
      upserts.entries().forEach(e -> out.shortBytes(e.key().bytes()).bytes(e.value()));
    } else if (message instanceof Deletes deletes) {
      out.u8(ENTRIES).u8(DELETE).u16(deletes.keys().size());
      deletes.keys().forEach(key -> out.shortBytes(key.bytes()));
    } else if (message instanceof Barrier barrier) {
      out.u8(BARRIER).u64(barrier.number());
    } else if (message instanceof Ack ack) {
      out.u8(ACK).u64(ack.number()).u64(ack.applied()).u8(ack.refused().size());
      inOrder(ack.refused()).forEach((reason, count) -> out.shortText(reason.text()).u64(count));
    } else if (message instanceof Final) {
      out.u8(FINAL);
    } else if (message instanceof Bye bye) {
      out.u8(BYE).u8(bye.ending() == Ending.KEPT ? KEPT : ROLLED_BACK);
    } else if (message instanceof Refusal refusal) {
      out.u8(REFUSAL).u8(refusal.code().number()).textUpTo(MAX_REFUSAL_TEXT, refusal.text());
    } else {
      throw new IllegalArgumentException("no bytes for " + message.getClass());
    }
    return out.toBytes();
  }

  static Message decode(byte[] payload) throws TransferException {
    PayloadReader in = new PayloadReader(payload);
    Message message = decode(in.u8(), in);
    in.end();
    return message;
  }

  private static Message decode(int type, PayloadReader in) throws TransferException {
    return switch (type) {
      case HELLO -> decodeHello(in);
      case ENTRIES -> decodeEntries(in);
      case BARRIER -> new Barrier(in.u64());
      case ACK -> decodeAck(in);
      case FINAL -> new Final();
      case BYE -> decodeBye(in);
      case REFUSAL -> decodeRefusal(in);
      default ->
          throw new TransferException(
              TransferFault.UNKNOWN_TYPE, "the peer sent a message of unknown type " + type);
    };
  }

  private static void encode(Hello hello, PayloadWriter out) {
    out.shortText(hello.syncUid())
        .shortText(hello.format().backend())
        .shortText(hello.format().layout())
        .u8(hello.addresses().size());
    // In order, so that equal messages have equal bytes.
    hello.addresses().stream()
        .sorted((a, b) -> Arrays.compareUnsigned(a.getAddress(), b.getAddress()))
        .forEach(out::address);
  }

  private static Hello decodeHello(PayloadReader in) throws TransferException {
    String syncUid = in.shortText();
    TableFormat format = new TableFormat(in.shortText(), in.shortText());
    int count = in.u8();
    if (count == 0 || count > Message.MAX_ADDRESSES) {
      throw PayloadReader.malformed("a Hello with " + count + " addresses");
    }
    Set<InetAddress> addresses = new HashSet<>();
    for (int i = 0; i < count; i++) {
      addresses.add(in.address());
    }
    return new Hello(syncUid, format, addresses);
  }

  private static Message decodeEntries(PayloadReader in) throws TransferException {
    int operation = in.u8();
    int count = in.u16();
    if (count == 0 || count > Message.MAX_ENTRIES) {
      throw PayloadReader.malformed("a chunk of " + count + " entries");
    }
    return switch (operation) {
      case UPSERT -> decodeUpserts(count, in);
      case DELETE -> decodeDeletes(count, in);
      default -> throw PayloadReader.malformed("entries with the unknown operation " + operation);
    };
  }

  private static Upserts decodeUpserts(int count, PayloadReader in) throws TransferException {
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      EntryKey key = key(in);
      byte[] value = in.bytes();
      if (value.length > Entry.MAX_VALUE_LENGTH) {
        throw PayloadReader.malformed("an entry of " + value.length + " bytes");
      }
      entries.add(Entry.of(key, value));
    }
    return new Upserts(entries);
  }

  private static Deletes decodeDeletes(int count, PayloadReader in) throws TransferException {
    List<EntryKey> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(key(in));
    }
    return new Deletes(keys);
  }

  private static EntryKey key(PayloadReader in) throws TransferException {
    byte[] bytes = in.shortBytes();
    if (bytes.length == 0) {
      throw PayloadReader.malformed("an entry without a key");
    }
    return EntryKey.of(bytes);
  }

  private static Ack decodeAck(PayloadReader in) throws TransferException {
    long number = in.u64();
    long applied = in.u64();
    int count = in.u8();
    Map<RefusalReason, Long> refused = new EnumMap<>(RefusalReason.class);
    for (int i = 0; i < count; i++) {
      if (refused.put(reason(in.shortText()), in.u64()) != null) {
        throw PayloadReader.malformed("one reason twice");
      }
    }
    return new Ack(number, applied, refused);
  }

  private static RefusalReason reason(String text) throws TransferException {
    return Arrays.stream(RefusalReason.values())
        .filter(reason -> reason.text().equals(text))
        .findFirst()
        .orElseThrow(
            () -> PayloadReader.malformed("an unknown reason of " + text.length() + " characters"));
  }

  private static Bye decodeBye(PayloadReader in) throws TransferException {
    int ending = in.u8();
    return switch (ending) {
      case KEPT -> new Bye(Ending.KEPT);
      case ROLLED_BACK -> new Bye(Ending.ROLLED_BACK);
      default -> throw PayloadReader.malformed("the unknown ending " + ending);
    };
  }

  private static Refusal decodeRefusal(PayloadReader in) throws TransferException {
    int number = in.u8();
    RefusalCode code =
        RefusalCode.of(number)
            .orElseThrow(() -> PayloadReader.malformed("the unknown refusal code " + number));
    String text = in.text();
    if (text.length() > MAX_REFUSAL_TEXT) {
      throw PayloadReader.malformed("a refusal of " + text.length() + " characters");
    }
    return new Refusal(code, text);
  }

  // So that equal messages have equal bytes.
  private static Map<RefusalReason, Long> inOrder(Map<RefusalReason, Long> counts) {
    Map<RefusalReason, Long> ordered = new EnumMap<>(RefusalReason.class);
    ordered.putAll(counts);
    return ordered;
  }
}
