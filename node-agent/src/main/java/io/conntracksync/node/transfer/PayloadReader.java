package io.conntracksync.node.transfer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the parts of a payload from somebody we do not trust: every length is checked against what
 * is left before anything is allocated. What does not fit throws {@link TransferException} with
 * {@link TransferFault#MALFORMED}.
 */
final class PayloadReader {
  private final ByteBuffer in;

  PayloadReader(byte[] payload) {
    this.in = ByteBuffer.wrap(payload);
  }

  int u8() throws TransferException {
    need(1);
    return Byte.toUnsignedInt(in.get());
  }

  int u16() throws TransferException {
    need(2);
    return Short.toUnsignedInt(in.getShort());
  }

  /** A count: 63 bits. */
  long u64() throws TransferException {
    need(8);
    long value = in.getLong();
    if (value < 0) {
      throw malformed("a count above 2^63");
    }
    return value;
  }

  byte[] shortBytes() throws TransferException {
    return raw(u8());
  }

  byte[] bytes() throws TransferException {
    return raw(u16());
  }

  String shortText() throws TransferException {
    return text(shortBytes());
  }

  String text() throws TransferException {
    return text(bytes());
  }

  InetAddress address() throws TransferException {
    byte[] bytes = shortBytes();
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw malformed("an address of " + bytes.length + " bytes");
    }
  }

  /** Nothing may follow: who sends more than we read means something else than we understood. */
  void end() throws TransferException {
    if (in.hasRemaining()) {
      throw malformed(in.remaining() + " bytes behind the end of the message");
    }
  }

  static TransferException malformed(String what) {
    return new TransferException(TransferFault.MALFORMED, "the peer sent " + what);
  }

  private static String text(byte[] utf8) throws TransferException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("a text that is not UTF-8");
    }
  }

  private byte[] raw(int length) throws TransferException {
    need(length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private void need(int length) throws TransferException {
    if (in.remaining() < length) {
      throw malformed("a message that ends in the middle");
    }
  }
}
