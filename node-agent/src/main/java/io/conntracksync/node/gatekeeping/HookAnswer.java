package io.conntracksync.node.gatekeeping;

import java.util.Objects;

/** What a hook is told in the end. */
public sealed interface HookAnswer {
  /** The start goes on; the outcome is one word. */
  record Ok(String outcome) implements HookAnswer {
    public Ok {
      Objects.requireNonNull(outcome, "outcome");
    }
  }

  /** The migration is to fail; the reason is a sentence, shortened to one line. */
  record Abort(String reason) implements HookAnswer {
    public Abort {
      Objects.requireNonNull(reason, "reason");
    }
  }
}
