package io.conntracksync.node.gatekeeping;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of the hook's protocol: UTF-8, ended by a line feed, at most {@value #MAX_BYTES} bytes
 * with it, no control characters. Domain names may hold blanks: the uuid is the last word. A hook
 * that libvirt gave no XML does not know the uuid and says {@code -}. Pure.
 */
final class HookLine {
  static final int MAX_BYTES = 512;

  private static final long MAX_HOLD_MILLIS = 5000;
  private static final int MAX_REASON_BYTES = MAX_BYTES - "abort \n".length();

  private static final String UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|-";
  private static final Pattern ABOUT_A_DOMAIN =
      Pattern.compile("(incoming|wait) (\\S(?:[^\\p{Cntrl}]*\\S)?) (" + UUID + ")");

  private HookLine() {}

  /** What the line asks, without its line feed; empty when it asks nothing that we know. */
  static Optional<HookQuestion> parse(byte[] line) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
    if (text.equals("wait")) {
      return Optional.of(new HookQuestion.WaitForOnly());
    }
    Matcher matcher = ABOUT_A_DOMAIN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String domain = matcher.group(2);
    String uuid = matcher.group(3);
    return Optional.of(
        matcher.group(1).equals("wait")
            ? new HookQuestion.Wait(domain, uuid)
            : new HookQuestion.Incoming(domain, uuid));
  }

  /** {@code ok}: heard. */
  static byte[] heard() {
    return bytes("ok");
  }

  /** {@code hold <ms>}: an answer comes within so many milliseconds, 1 to 5000. */
  static byte[] hold(Duration atMost) {
    return bytes("hold " + Math.max(1, Math.min(MAX_HOLD_MILLIS, atMost.toMillis())));
  }

  /** {@code ok <outcome>} or {@code abort <reason>}. */
  static byte[] answer(HookAnswer answer) {
    if (answer instanceof HookAnswer.Ok ok) {
      return bytes("ok " + ok.outcome());
    }
    if (answer instanceof HookAnswer.Abort abort) {
      return bytes("abort " + oneLine(abort.reason()));
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

  private static byte[] bytes(String line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
