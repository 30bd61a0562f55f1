package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFill;

/** Asks how many entries the table holds and how many it can hold. */
final class FillRequest {
  private FillRequest() {}

  static TableFill read(NetlinkChannel channel) throws TableException {
    RequestBatch batch = channel.requests();
    batch.begin(Nfnetlink.CT_GET_STATS, Nfnetlink.REQUEST, 0, Nfnetlink.VERSION_0);
    batch.end();
    long[] numbers = new long[2];
    Answers answers =
        channel.exchange(
            message -> {
              AttributeReader in = message.attributes();
              while (in.next()) {
                if (in.type() == Cta.STATS_ENTRIES) {
                  numbers[0] = Integer.toUnsignedLong(in.u32());
                } else if (in.type() == Cta.STATS_MAX_ENTRIES) {
                  numbers[1] = Integer.toUnsignedLong(in.u32());
                }
              }
            });
    NetlinkChannel.requireSuccess(answers.errno(0), "request for the table's fill");
    return new TableFill(numbers[0], numbers[1]);
  }
}
