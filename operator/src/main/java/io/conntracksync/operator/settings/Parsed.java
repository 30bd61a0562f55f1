package io.conntracksync.operator.settings;

import java.util.function.Function;

/** A text that somebody wrote, read: its value, or what is wrong with it and what to write. */
public sealed interface Parsed<T> {
  /** The value, or what {@code otherwise} makes of the fault. */
  T or(Function<String, T> otherwise);

  /** A good text. */
  record Valid<T>(T value) implements Parsed<T> {
    @Override
    public T or(Function<String, T> otherwise) {
      return value;
    }
  }

  /** A bad text; {@code fault} reads {@code "x" is not …; write …}. */
  record Invalid<T>(String fault) implements Parsed<T> {
    @Override
    public T or(Function<String, T> otherwise) {
      return otherwise.apply(fault);
    }
  }
}
