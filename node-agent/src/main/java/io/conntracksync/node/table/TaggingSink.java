package io.conntracksync.node.table;

import java.util.List;
import java.util.Optional;

/** Takes the entries of one table of several; tells a taker that fails from a table that does. */
final class TaggingSink implements EntrySink {
  private final TableTag tag;
  private final EntrySink sink;
  private Optional<TableException> refusal = Optional.empty();

  TaggingSink(TableTag tag, EntrySink sink) {
    this.tag = tag;
    this.sink = sink;
  }

  @Override
  public void accept(List<Entry> chunk) throws TableException {
    try {
      sink.accept(tag.tagged(chunk));
    } catch (TableException e) {
      refusal = Optional.of(e);
      throw e;
    }
  }

  @Override
  public void passedOver(RefusalReason reason, int count) {
    sink.passedOver(reason, count);
  }

  /** Whether it was the taker that threw this. */
  boolean refused(TableException thrown) {
    return refusal.filter(thrown::equals).isPresent();
  }
}
