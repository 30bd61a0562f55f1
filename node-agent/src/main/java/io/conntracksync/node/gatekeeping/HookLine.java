package io.conntracksync.node.gatekeeping;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The lines of the hook's protocol. Pure. */
final class HookLine {
  private static final int MAX_REASON_BYTES = Line.MAX_BYTES - "abort \n".length();

  private HookLine() {}

  /** What the line asks, without its line feed; empty when it asks nothing that we know. */
  static Optional<HookQuestion> parse(byte[] line) {
    return Line.text(line).flatMap(HookLine::question);
  }

  private static Optional<HookQuestion> question(String text) {
    if (text.equals("wait")) {
      return Optional.of(new HookQuestion.WaitForOnly());
    }
    return Line.aboutDomain(text).flatMap(HookLine::question);
  }

  private static Optional<HookQuestion> question(Line.AboutDomain asked) {
    return switch (asked.word()) {
      case "wait" -> Optional.of(new HookQuestion.Wait(asked.domain(), asked.uuid()));
      case "incoming" -> Optional.of(new HookQuestion.Incoming(asked.domain(), asked.uuid()));
      default -> Optional.empty();
    };
  }

  /** {@code ok}: heard. */
  static byte[] heard() {
    return Line.bytes("ok");
  }

  /** {@code ok <outcome>} or {@code abort <reason>}. */
  static byte[] answer(HookAnswer answer) {
    if (answer instanceof HookAnswer.Ok ok) {
      return Line.bytes("ok " + ok.outcome());
    }
    if (answer instanceof HookAnswer.Abort abort) {
      return Line.bytes("abort " + oneLine(abort.reason()));
    }
    throw new IllegalArgumentException("no line for " + answer);
  }

  private static String oneLine(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}+", " ");
    while (line.getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
      line = line.substring(0, line.offsetByCodePoints(line.length(), -1));
    }
    return line;
  }
}
