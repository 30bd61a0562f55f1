package io.conntracksync.e2e.traffic;

/** Something that happened elsewhere during the run; {@code atMillis} is epoch milliseconds. */
public record Mark(String name, long atMillis) {
  /** The VM said that a connection that it was to open at a random moment is under way. */
  public static final String VM_DIALLED = "dialled by the VM";

  /** The VM could not be told to open one, and why. */
  public static final String NOT_DIALLED = "not dialled";
}
