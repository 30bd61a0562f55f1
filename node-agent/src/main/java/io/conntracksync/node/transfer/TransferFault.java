package io.conntracksync.node.transfer;

/** What can be wrong with a connection between agents: the label of a counter. */
public enum TransferFault {
  /** The frame is of another version. */
  OTHER_VERSION,
  /** The bytes are an HTTP request. */
  HTTP_BYTES,
  /** The bytes are no TLS. */
  NOT_TLS,
  /** The peer speaks an older TLS only. */
  TLS_VERSION,
  /** The node that is expected has not published which key it has. */
  KEY_NOT_PUBLISHED,
  /** The peer has a key that no node has published. */
  UNKNOWN_KEY,
  /** The peer has the key of a node that has no part in this sync. */
  OTHER_NODES_KEY,
  /** No TLS handshake in time. */
  HANDSHAKE_TIMEOUT,
  /** The TLS handshake failed for another reason: the peer refused, or shows no key. */
  HANDSHAKE_FAILED,
  /** TLS ended afterwards: the peer refused our key, or somebody changed the bytes. */
  TLS_BROKEN,
  /** The frame claims more bytes than allowed. */
  OVERSIZE,
  /** The frame's payload is no message. */
  MALFORMED,
  /** The message's type is not known. */
  UNKNOWN_TYPE,
  /** The connection ended inside a frame. */
  TRUNCATED,
  /** No Hello in time. */
  HELLO_TIMEOUT,
  /** A frame was begun and not finished in time, or an answer did not come. */
  READ_TIMEOUT,
  /** The peer took nothing for too long. */
  WRITE_TIMEOUT,
  /** Too many connections that have not said Hello. */
  TOO_MANY_HANDSHAKES,
  /** A message that has no place at this point. */
  OUT_OF_ORDER,
  /** The peer speaks of another sync or of other addresses. */
  OTHER_SYNC,
  /** The peer's table holds another kind of entries. */
  FORMATS_DIFFER,
  /** More entries than a sync may have. */
  TOO_MANY_ENTRIES,
  /** Refused by the peer. */
  REFUSED_BY_PEER
}
