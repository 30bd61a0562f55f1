package io.conntracksync.node.session;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** {@link Journals#NONE}. */
final class NoJournals implements Journals {
  private static final Journal NOTHING =
      new Journal() {
        @Override
        public void replay(Consumer<JournalNote> reader) {}

        @Override
        public void write(JournalNote note) {}

        @Override
        public boolean isOverlong() {
          return false;
        }

        @Override
        public void rewrite(List<JournalNote> notes) {}

        @Override
        public void discard() {}

        @Override
        public void close() {}
      };

  @Override
  public Journal open(String syncUid) {
    return NOTHING;
  }

  @Override
  public Set<String> uids() {
    return Set.of();
  }

  @Override
  public void discard(String syncUid) {}
}
