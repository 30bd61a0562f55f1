package io.conntracksync.node.transfer;

import java.util.Arrays;
import java.util.Optional;

/** Why a peer is refused; the number is what travels and is never used again for something else. */
public enum RefusalCode {
  /** The frames are of another version. */
  OTHER_VERSION(1),
  /** The bytes are no frame or no message. */
  MALFORMED(2),
  /** The frame is longer than any may be. */
  OVERSIZE(3),
  /** The message has no place here, or came too late. */
  OUT_OF_ORDER(4),
  /** This port is for another sync. */
  OTHER_SYNC(5),
  /** The two tables do not understand each other's entries. */
  FORMATS_DIFFER(6),
  /** More entries than a sync may have. */
  TOO_MANY_ENTRIES(7),
  /** The table cannot be written. */
  TABLE_FAILED(8),
  /** The sync is over, or being replaced. */
  CLOSING(9);

  private final int number;

  RefusalCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static Optional<RefusalCode> of(int number) {
    return Arrays.stream(values()).filter(code -> code.number == number).findFirst();
  }
}
