package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.SocketFilter;
import io.conntracksync.node.linux.SocketFilter.Instruction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Runs a filter as the kernel would (Documentation/networking/filter.rst, net/core/filter.c), as
 * far as our programs go; anything else fails.
 */
final class FilterMachine {
  private static final int FIND = -0x1000 + 12;
  private static final int FIND_INSIDE = -0x1000 + 16;
  private static final int ATTRIBUTE_HEADER = 4;

  private final ByteBuffer message;
  private int number;
  private int index;

  private FilterMachine(ByteBuffer message) {
    this.message = message;
  }

  /** Whether the socket would get the message. */
  static boolean accepts(SocketFilter filter, ByteBuffer message) {
    return new FilterMachine(message).run(filter.program()) != 0;
  }

  private int run(List<Instruction> program) {
    int at = 0;
    while (true) {
      Instruction i = program.get(at++);
      switch (i.code()) {
        case 0x00 -> number = i.k();
        case 0x01 -> index = i.k();
        case 0x07 -> index = number;
        case 0x05 -> at += i.k();
        case 0x15 -> at += number == i.k() ? i.ifTrue() : i.ifFalse();
        case 0x06 -> {
          return i.k();
        }
        case 0x20 -> number = i.k() == FIND ? find(number, message.limit()) : inside(i);
        case 0x40 -> {
          int from = index + i.k();
          // The kernel ends a program that reads beyond the packet; it does not get the message.
          if (from + Integer.BYTES > message.limit()) {
            return 0;
          }
          number = message.order(ByteOrder.BIG_ENDIAN).getInt(from);
          message.order(ByteOrder.nativeOrder());
        }
        default -> throw new IllegalStateException("instruction " + i);
      }
    }
  }

  private int inside(Instruction i) {
    if (i.k() != FIND_INSIDE) {
      throw new IllegalStateException("instruction " + i);
    }
    int length = message.getShort(number) & 0xffff;
    return length > message.limit() - number ? 0 : find(number + ATTRIBUTE_HEADER, number + length);
  }

  private int find(int from, int end) {
    int at = from;
    while (end - at >= ATTRIBUTE_HEADER) {
      int length = message.getShort(at) & 0xffff;
      if (length < ATTRIBUTE_HEADER || length > end - at) {
        return 0;
      }
      if ((message.getShort(at + 2) & 0x3fff) == index) {
        return at;
      }
      at += (length + 3) & -4;
    }
    return 0;
  }
}
