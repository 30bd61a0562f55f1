package io.conntracksync.node.transfer;

import java.nio.ByteBuffer;

/**
 * The header of a frame: {@code version u8 · length u32, big-endian · payload of that length}. The
 * length is checked before anything is allocated.
 */
final class FrameCodec {
  static final int VERSION = 2;
  static final int HEADER_LENGTH = 5;

  /** The longest payload, in bytes. */
  static final int MAX_PAYLOAD = 1 << 20;

  private FrameCodec() {}

  /** Header and payload of one message. */
  static byte[] frame(Message message) {
    byte[] payload = MessageCodec.encode(message);
    if (payload.length > MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "a payload of %d bytes; a frame takes %d".formatted(payload.length, MAX_PAYLOAD));
    }
    return ByteBuffer.allocate(HEADER_LENGTH + payload.length)
        .put((byte) VERSION)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  /**
   * The length that a header of {@link #HEADER_LENGTH} bytes announces, when it may be believed.
   */
  static int payloadLength(byte[] header) throws TransferException {
    ByteBuffer in = ByteBuffer.wrap(header);
    int version = Byte.toUnsignedInt(in.get());
    if (version != VERSION) {
      throw new TransferException(
          TransferFault.OTHER_VERSION,
          "the peer speaks version %d, this side version %d; run the same version of the agent on"
                  .formatted(version, VERSION)
              + " both nodes");
    }
    long length = Integer.toUnsignedLong(in.getInt());
    if (length > MAX_PAYLOAD) {
      throw new TransferException(
          TransferFault.OVERSIZE,
          "the peer announced a frame of %d bytes; at most %d are taken"
              .formatted(length, MAX_PAYLOAD));
    }
    if (length == 0) {
      throw new TransferException(TransferFault.MALFORMED, "the peer sent a frame without content");
    }
    return (int) length;
  }
}
