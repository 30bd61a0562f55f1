package io.conntracksync.node.table.ciliumbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Jiffies;
import io.conntracksync.node.table.ciliumbpf.ClockSource.Ktime;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a scan does with every entry of a node. */
class ScanPartsTest {
  @Test
  void noAddressIsMissedAndHardlyAnotherIsMarked() {
    List<InetAddress> addresses = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      addresses.add(Bytes.address("10.244." + i / 250 + "." + (1 + i % 250)));
      addresses.add(Bytes.address("fd00::" + Integer.toHexString(0x1000 + i)));
    }
    // Its last four bytes are zero.
    addresses.add(Bytes.address("fd00:1::"));
    AddressMarks marks = new AddressMarks(addresses);

    assertThat(addresses).allSatisfy(address -> assertThat(marked(marks, address)).isTrue());
    assertThat(marked(marks, Bytes.address("10.245.0.1"))).isFalse();
    assertThat(marked(new AddressMarks(List.of()), Bytes.address("10.0.0.1"))).isFalse();
  }

  @Test
  void entriesOfTheOtherClockAreNoticed() {
    // A node up for a day: ktime 86,400; jiffies at 250 Hz began near 16.7 million.
    ClockCheck right = new ClockCheck(new Ktime(), 86_400);
    ClockCheck wrong = new ClockCheck(new Jiffies(250), 16_860_000);
    for (int i = 0; i < 100; i++) {
      right.look(86_400 + 80 * i);
      wrong.look(86_400 + 80 * i);
    }

    assertThatCode(right::conclude).doesNotThrowAnyException();
    assertThatThrownBy(wrong::conclude)
        .isInstanceOf(TableException.class)
        .hasMessageContaining("100 of 100 entries")
        .hasMessageContaining("Jiffies[hertz=250]");
  }

  @Test
  void deadEntriesThatNobodyHasCollectedAreNoSign() {
    ClockCheck check = new ClockCheck(new Ktime(), 86_400);
    for (int i = 0; i < 100; i++) {
      check.look(86_400 - 40_000);
    }

    assertThatCode(check::conclude).doesNotThrowAnyException();
  }

  @Test
  void aFewEntriesSayNothing() {
    ClockCheck check = new ClockCheck(new Ktime(), 86_400);
    check.look(Integer.MIN_VALUE);

    assertThatCode(check::conclude).doesNotThrowAnyException();
  }

  private static boolean marked(AddressMarks marks, InetAddress address) {
    byte[] bytes = address.getAddress();
    return marks.mayContain(
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(bytes.length - 4));
  }
}
