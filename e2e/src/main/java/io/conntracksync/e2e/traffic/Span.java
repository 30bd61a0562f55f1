package io.conntracksync.e2e.traffic;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A time in which a flow was answered without a break, in milliseconds since the run's start, both
 * ends included. In JSON {@code [from, to]}, because a run has hundreds of them.
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"from", "to"})
public record Span(long from, long to) {
  public Span {
    if (to < from) {
      throw new IllegalArgumentException("a span from " + from + " cannot end before, at " + to);
    }
  }
}
