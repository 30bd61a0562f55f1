package io.conntracksync.node.table;

/**
 * What is wrong with a table that cannot be read or written. The text is an API: it is the reason
 * of {@code Exported} and {@code Imported} then, a label of a metric, and stands in the docs.
 */
public enum TableFault {
  /** A table of the kernel's; or anything that has no word of its own. */
  TABLE_FAILED("TableFailed"),

  /** Nobody listens at the socket of Cilium's agent, or there is none. */
  API_ABSENT("ApiAbsent"),
  /** That socket may not be connected to. */
  API_FORBIDDEN("ApiForbidden"),
  /** 404: this Cilium has no such call. */
  API_NOT_OFFERED("ApiNotOffered"),
  /** No whole answer in time. */
  API_HUNG("ApiHung"),
  /** As many calls are under way as may be. */
  API_BUSY("ApiBusy"),
  /** The connection ended within an answer. */
  API_TRUNCATED("ApiTruncated"),
  /** A whole answer whose length is no multiple of a record's. */
  API_UNEVEN("ApiUneven"),
  /** An export larger than any VM's. */
  API_OVERSIZED("ApiOversized"),
  /** An export that does not say of which version it is. */
  API_VERSION_MISSING("ApiVersionMissing"),
  /** An export of another version. */
  API_VERSION_UNKNOWN("ApiVersionUnknown"),
  /** Status 4xx. */
  API_REJECTED("ApiRejected"),
  /** Status 5xx. */
  API_FAILED("ApiFailed"),
  /** Cilium's agent does not say in which unit its lifetimes are. */
  API_CLOCK_UNKNOWN("ApiClockUnknown"),
  /** Any other answer that is none. */
  API_UNINTELLIGIBLE("ApiUnintelligible"),

  /** Cilium's maps are not pinned. */
  MAPS_ABSENT("MapsAbsent"),
  /** They may not be opened. */
  MAPS_FORBIDDEN("MapsForbidden"),
  /** A map of that name is laid out as no known Cilium's. */
  LAYOUT_UNKNOWN("LayoutUnknown"),
  /** A version of Cilium whose entries may be laid out otherwise. */
  VERSION_UNKNOWN("VersionUnknown"),
  /** Nobody tells in which clock this Cilium counts, or that clock cannot be read. */
  CLOCK_UNKNOWN("ClockUnknown"),
  /** The entries do not fit the clock that this Cilium is said to have. */
  CLOCK_MISMATCH("ClockMismatch");

  private final String text;

  TableFault(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
