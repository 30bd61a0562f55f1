package io.conntracksync.node.table;

import java.util.Objects;

/**
 * Which entries a table understands: the backend ({@code netfilter}, ...) and the layout of its
 * entries.
 */
public record TableFormat(String backend, String layout) {
  public TableFormat {
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(layout, "layout");
  }

  @Override
  public String toString() {
    return backend + "/" + layout;
  }
}
