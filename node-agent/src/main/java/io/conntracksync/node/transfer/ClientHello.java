package io.conntracksync.node.transfer;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The first record that a TLS client sends, read before TLS reads it: so that what is no TLS is
 * told by what it is, and answered with silence. Shape: {@code 22 u8 · version u16 · length u16 · 1
 * u8 · length u24 · version u16 · random 32 bytes · session u8+n · suites u16+n · compression u8+n
 * · extensions u16+n}, an extension being {@code type u16 · u16+n}. Source: RFC 8446 §5.1, §4.1.2.
 */
final class ClientHello {
  private static final int HEADER_LENGTH = 5;
  private static final int HANDSHAKE = 22;
  private static final int MAX_RECORD = 1 << 14;

  private static final int RANDOM_LENGTH = 32;
  // RFC 8446 §4.2.1.
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int TLS_1_3 = 0x0304;

  private final byte[] record;

  private ClientHello(byte[] record) {
    this.record = record;
  }

  /**
   * Throws {@link EOFException} when the peer left without a word, {@link TransferException} when
   * it says something else.
   */
  static ClientHello read(InputStream in) throws IOException {
    byte[] header = in.readNBytes(HEADER_LENGTH);
    if (header.length == 0) {
      throw new EOFException("the peer closed the connection");
    }
    if (header[0] != HANDSHAKE) {
      throw foreign(header);
    }
    if (header.length < HEADER_LENGTH) {
      throw truncated();
    }
    int length = Short.toUnsignedInt(ByteBuffer.wrap(header).getShort(HEADER_LENGTH - 2));
    if (length == 0 || length > MAX_RECORD) {
      throw new TransferException(
          TransferFault.NOT_TLS, "the peer announced a TLS record of " + length + " bytes");
    }
    byte[] all = ByteBuffer.allocate(HEADER_LENGTH + length).put(header).array();
    if (in.readNBytes(all, HEADER_LENGTH, length) < length) {
      throw truncated();
    }
    return new ClientHello(all);
  }

  private static TransferException truncated() {
    return new TransferException(
        TransferFault.TRUNCATED, "the connection ended in the middle of a TLS record");
  }

  private static TransferException foreign(byte[] header) {
    return isHttpMethod(header)
        ? new TransferException(
            TransferFault.HTTP_BYTES, "the peer speaks HTTP; this port takes entries of one sync")
        : new TransferException(
            TransferFault.NOT_TLS,
            "the peer does not speak TLS; run the same version of the agent on both nodes");
  }

  // RFC 9110 §9: methods are capital letters. PRI is the preface of HTTP/2, RFC 9113 §3.4.
  private static boolean isHttpMethod(byte[] header) {
    if (header.length < 3) {
      return false;
    }
    for (int i = 0; i < 3; i++) {
      if (header[i] < 'A' || header[i] > 'Z') {
        return false;
      }
    }
    return true;
  }

  /** The whole record, for TLS to read it again. */
  InputStream again() {
    return new ByteArrayInputStream(record);
  }

  /** Whether it names the versions that it speaks, or could, and TLS 1.3 is not one of them. */
  boolean isOfOldTls() {
    try {
      ByteBuffer in = ByteBuffer.wrap(record, HEADER_LENGTH, record.length - HEADER_LENGTH);
      if (in.get() != 1) {
        return false;
      }
      skip(in, 3 + 2 + RANDOM_LENGTH);
      skip(in, Byte.toUnsignedInt(in.get()));
      skip(in, Short.toUnsignedInt(in.getShort()));
      skip(in, Byte.toUnsignedInt(in.get()));
      if (!in.hasRemaining()) {
        return true;
      }
      skip(in, 2);
      while (in.hasRemaining()) {
        int type = Short.toUnsignedInt(in.getShort());
        ByteBuffer extension = take(in, Short.toUnsignedInt(in.getShort()));
        if (type == SUPPORTED_VERSIONS) {
          return !namesTls13(extension);
        }
      }
      return true;
    } catch (BufferUnderflowException e) {
      // Not what it claims to be; what it is, TLS will say.
      return false;
    }
  }

  private static boolean namesTls13(ByteBuffer versions) {
    skip(versions, 1);
    while (versions.hasRemaining()) {
      if (Short.toUnsignedInt(versions.getShort()) == TLS_1_3) {
        return true;
      }
    }
    return false;
  }

  private static void skip(ByteBuffer in, int count) {
    var unused = take(in, count);
  }

  private static ByteBuffer take(ByteBuffer in, int count) {
    if (in.remaining() < count) {
      throw new BufferUnderflowException();
    }
    ByteBuffer taken = in.slice(in.position(), count);
    in.position(in.position() + count);
    return taken;
  }
}
