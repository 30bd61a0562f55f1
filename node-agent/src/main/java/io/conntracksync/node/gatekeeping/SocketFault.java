package io.conntracksync.node.gatekeeping;

/** What can be wrong with a connection to a hook or gate socket: the label of a counter. */
public enum SocketFault {
  /** The peer runs as a user who may not ask. */
  FOREIGN_PEER,
  /** More connections at a time than allowed. */
  TOO_MANY_CONNECTIONS,
  /** No complete line in time. */
  SLOW,
  /** The line is longer than allowed. */
  OVERSIZE,
  /** The line asks nothing that we know. */
  MALFORMED,
  /** The connection ended within the line. */
  TRUNCATED,
  /** Reading or writing failed. */
  BROKEN,
  /** The peer was gone before its answer. */
  GONE,
  /** There was no answer in the time that was promised: a fault of ours. */
  UNANSWERED
}
