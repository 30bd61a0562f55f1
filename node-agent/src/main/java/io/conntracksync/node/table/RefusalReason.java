package io.conntracksync.node.table;

/**
 * Why an entry is not applied. The text is an API: it stands in {@code status.target.refused}, in
 * metrics and in the docs.
 */
public enum RefusalReason {
  /** The bytes are no entry of this format. */
  MALFORMED("Malformed"),
  /** No end of the flow is an address of the sync. */
  FOREIGN_ADDRESS("ForeignAddress"),
  /** The other end is loopback, multicast, broadcast or unspecified. */
  NOT_UNICAST("NotUnicast"),
  /** The table cannot restore this protocol or this kind of entry. */
  UNSUPPORTED("Unsupported"),
  /** The flow is translated to an address of the source node, where its answers keep going. */
  SOURCE_NODE_ADDRESS("SourceNodeAddress"),
  /** Another flow of the target holds the tuple. */
  TUPLE_TAKEN("TupleTaken"),
  /** The table is full. */
  TABLE_FULL("TableFull"),
  /** The kernel refused it for another reason; the agent's log has the error. */
  KERNEL_REFUSED("KernelRefused"),
  /** The flow goes through a service that the target cannot name. */
  SERVICE_UNKNOWN("ServiceUnknown"),
  /** The table took it without a word and does not hold it. */
  NOT_KEPT("NotKept");

  private final String text;

  RefusalReason(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
