package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.SocketFilter;
import io.conntracksync.node.linux.SocketFilter.Instruction;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a classic BPF program together. A is its number, X its index; loads are big-endian. Source:
 * linux/bpf_common.h, linux/filter.h.
 */
final class Instructions {
  /** {@code ld #k}. */
  static final int LOAD_NUMBER = 0x00;

  /** {@code ldx #k}. */
  static final int LOAD_INDEX = 0x01;

  /** {@code ld [k]}: four bytes, or what the kernel offers at negative offsets. */
  static final int LOAD = 0x20;

  /** {@code ld [x + k]}: four bytes. */
  static final int LOAD_INDEXED = 0x40;

  /** {@code ja k}: skips k instructions. */
  static final int SKIP = 0x05;

  /** {@code jeq #k, t, f}. */
  static final int IF_EQUAL = 0x15;

  /** {@code tax}: X becomes A. */
  static final int INDEX_FROM_NUMBER = 0x07;

  /** {@code ret #k}: how many bytes of the message the socket gets. */
  static final int RETURN = 0x06;

  static final int NOTHING = 0;
  static final int ALL = -1;

  private final List<Instruction> program = new ArrayList<>();

  Instructions add(int code, int k) {
    program.add(new Instruction(code, 0, 0, k));
    return this;
  }

  /** Skips that many further instructions unless A is k. A branch reaches 255 far. */
  Instructions unlessEqualSkip(int k, int count) {
    program.add(new Instruction(IF_EQUAL, 0, count, k));
    return this;
  }

  /**
   * A skip that is taken when A is 0, to a place that is not known yet; {@link #land} wants it. Two
   * instructions, since only the unconditional skip reaches far enough.
   */
  int ifZeroSkip() {
    unlessEqualSkip(0, 1);
    add(SKIP, 0);
    return program.size() - 1;
  }

  /** Lets the skip go to here. */
  void land(int skip) {
    program.set(skip, new Instruction(SKIP, 0, 0, program.size() - skip - 1));
  }

  SocketFilter filter() {
    return new SocketFilter(program);
  }
}
