package io.conntracksync.node.table;

/**
 * Why an entry is not sent, not applied, or applied without something that belongs to it. The text
 * is an API: it stands in {@code status.source.refused} and {@code status.target.refused}, in
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
  /** A helper expects a flow that has not begun; only the flow that announced it is carried. */
  EXPECTATION("Expectation"),
  /** The flow is translated to an address of the source node, where its answers keep going. */
  SOURCE_NODE_ADDRESS("SourceNodeAddress"),
  /** It is of the launcher pod's table, and the target has no such pod or may not enter it. */
  NO_SUCH_TABLE("NoSuchTable"),
  /** The connection really ends in a proxy on the source node. */
  PROXIED("Proxied"),
  /** The service that the flow goes through, or its backend, is not known on both nodes. */
  SERVICE_UNKNOWN("ServiceUnknown"),
  /** Another flow of the target holds the tuple. */
  TUPLE_TAKEN("TupleTaken"),
  /** The table is full. */
  TABLE_FULL("TableFull"),
  /**
   * The target has no helper of that name. The entry is applied without: its connection goes on,
   * what it announces is not expected.
   */
  HELPER_MISSING("HelperMissing"),
  /**
   * The flow that expected this one is not there. The entry is applied without it: it may well have
   * outlived the other one on the source, too.
   */
  MASTER_MISSING("MasterMissing"),
  /** Nothing on the target uses labels, so the kernel keeps none. The entry is applied without. */
  LABELS_UNUSED("LabelsUnused"),
  /** Nothing on the target translates packets. The entry is applied and waits for it. */
  NAT_CHAIN_MISSING("NatChainMissing"),
  /** The kernel refused it for another reason; the agent's log has the error. */
  KERNEL_REFUSED("KernelRefused"),
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
