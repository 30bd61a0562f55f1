package io.conntracksync.operator.settings;

import io.conntracksync.api.v1alpha1.FailurePolicy;

/** How a {@link FailurePolicy} is written. */
public final class FailurePolicySetting {
  private FailurePolicySetting() {}

  /** Reads {@code Ignore} or {@code Abort}, spelled as in the API. */
  public static Parsed<FailurePolicy> parse(String text) {
    return switch (text) {
      case "Ignore" -> new Parsed.Valid<>(FailurePolicy.IGNORE);
      case "Abort" -> new Parsed.Valid<>(FailurePolicy.ABORT);
      default ->
          new Parsed.Invalid<>('"' + text + "\" is not a failure policy; write Ignore or Abort");
    };
  }

  /** The spelling of the API. */
  public static String format(FailurePolicy policy) {
    return switch (policy) {
      case IGNORE -> "Ignore";
      case ABORT -> "Abort";
      case UNRECOGNISED -> throw new IllegalArgumentException("UNRECOGNISED is never written");
    };
  }
}
