package io.conntracksync.node.agent;

import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Greeting;
import io.conntracksync.node.session.PeerRefusal;
import io.conntracksync.node.transfer.Message;
import io.conntracksync.node.transfer.RefusalCode;
import io.conntracksync.node.transfer.TransferFault;

/** What sessions say, as messages; and what messages say, as sessions understand it. */
final class TransferWords {
  private TransferWords() {}

  static Message.Hello hello(Greeting greeting) {
    return new Message.Hello(greeting.syncUid(), greeting.format(), greeting.addresses());
  }

  static Greeting greeting(Message.Hello hello) {
    return new Greeting(hello.syncUid(), hello.format(), hello.addresses());
  }

  static Message.Refusal refusal(PeerRefusal refusal) {
    return new Message.Refusal(code(refusal.cause()), refusal.text());
  }

  static Message.Bye bye(Conclusion conclusion) {
    return new Message.Bye(
        switch (conclusion) {
          case KEEP -> Message.Ending.KEPT;
          case ROLL_BACK -> Message.Ending.ROLLED_BACK;
        });
  }

  /** The answer to a peer whose connection has this fault. */
  static Message.Refusal refusal(TransferFault fault, String text) {
    return new Message.Refusal(
        switch (fault) {
          case OTHER_VERSION -> RefusalCode.OTHER_VERSION;
          case OVERSIZE -> RefusalCode.OVERSIZE;
          case MALFORMED, UNKNOWN_TYPE, TRUNCATED -> RefusalCode.MALFORMED;
          case HTTP_BYTES,
              NOT_TLS,
              TLS_VERSION,
              KEY_NOT_PUBLISHED,
              UNKNOWN_KEY,
              OTHER_NODES_KEY,
              HANDSHAKE_TIMEOUT,
              HANDSHAKE_FAILED,
              TLS_BROKEN,
              HELLO_TIMEOUT,
              READ_TIMEOUT,
              WRITE_TIMEOUT,
              TOO_MANY_HANDSHAKES,
              OUT_OF_ORDER,
              REFUSED_BY_PEER ->
              RefusalCode.OUT_OF_ORDER;
          case OTHER_SYNC -> RefusalCode.OTHER_SYNC;
          case FORMATS_DIFFER -> RefusalCode.FORMATS_DIFFER;
          case TOO_MANY_ENTRIES -> RefusalCode.TOO_MANY_ENTRIES;
        },
        text);
  }

  private static RefusalCode code(PeerRefusal.Cause cause) {
    return switch (cause) {
      case OTHER_SYNC -> RefusalCode.OTHER_SYNC;
      case FORMATS_DIFFER -> RefusalCode.FORMATS_DIFFER;
      case TOO_MANY_ENTRIES -> RefusalCode.TOO_MANY_ENTRIES;
      case TABLE_FAILED -> RefusalCode.TABLE_FAILED;
      case CLOSING -> RefusalCode.CLOSING;
    };
  }

  /** A text of a peer, fit for a log and a status. */
  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
