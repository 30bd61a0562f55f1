package io.conntracksync.operator.events;

/** Where notices go. Never throws: what is said about the work must not stop it. */
public interface EventSink {
  /** Says it once: the same notice about the same object again is dropped. */
  void publish(Subject subject, Notice notice);
}
