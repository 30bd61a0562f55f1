package io.conntracksync.node.session;

import java.util.Objects;

/** What a waiting hook is told. */
public sealed interface HookVerdict {
  /** The start of the VM goes on. */
  record Proceed(Because because) implements HookVerdict {
    public Proceed {
      Objects.requireNonNull(because, "because");
    }
  }

  /** The migration is to fail; the reason is a sentence for people. */
  record Refuse(String reason) implements HookVerdict {
    public Refuse {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Why the start goes on; the text is part of the hook's protocol. */
  enum Because {
    IMPORTED("Imported"),
    DEADLINE_EXCEEDED("DeadlineExceeded"),
    FAILED("Failed"),
    /** A migration was announced, but no sync came in time. */
    NO_SYNC("NoSync"),
    /** An ordinary start. */
    NOT_MIGRATING("NotMigrating");

    private final String text;

    Because(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
