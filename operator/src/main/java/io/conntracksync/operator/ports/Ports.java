package io.conntracksync.operator.ports;

import java.util.stream.IntStream;

/** A range of TCP ports, both ends included. */
public record Ports(int first, int last) {
  public Ports {
    if (first < 1 || last > 65535 || first > last) {
      throw new IllegalArgumentException(
          "port range " + first + "-" + last + " is empty or outside 1-65535");
    }
  }

  /** How many there are. */
  public int count() {
    return last - first + 1;
  }

  IntStream all() {
    return IntStream.rangeClosed(first, last);
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
