package io.conntracksync.node.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A classic BPF program that decides which messages a socket gets; what it rejects takes no room in
 * the socket's buffer. The kernel refuses what is no valid program. Source: linux/filter.h.
 */
public record SocketFilter(List<Instruction> program) {
  /** {@code BPF_MAXINSNS}. */
  public static final int MAX_INSTRUCTIONS = 4096;

  private static final int INSTRUCTION_LENGTH = 8;

  /**
   * {@code sock_filter}.
   *
   * @param code u16
   * @param ifTrue how many instructions to skip when a comparison holds, 0..255
   * @param ifFalse the same when it does not
   * @param k u32
   */
  public record Instruction(int code, int ifTrue, int ifFalse, int k) {}

  public SocketFilter {
    program = List.copyOf(program);
    if (program.isEmpty() || program.size() > MAX_INSTRUCTIONS) {
      throw new IllegalArgumentException(
          "a filter of " + program.size() + " instructions; 1 to 4096 are possible");
    }
  }

  int length() {
    return program.size();
  }

  /** As the kernel reads them, in a direct buffer. */
  ByteBuffer instructions() {
    ByteBuffer out =
        ByteBuffer.allocateDirect(program.size() * INSTRUCTION_LENGTH)
            .order(ByteOrder.nativeOrder());
    for (Instruction instruction : program) {
      out.putShort((short) instruction.code());
      out.put((byte) instruction.ifTrue()).put((byte) instruction.ifFalse());
      out.putInt(instruction.k());
    }
    return out.flip();
  }
}
