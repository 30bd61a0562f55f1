package io.conntracksync.node.gatekeeping;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the lines of hook and gate have in common: UTF-8, ended by a line feed, at most {@value
 * #MAX_BYTES} bytes with it, no control characters. Pure.
 */
final class Line {
  static final int MAX_BYTES = 512;

  private static final String UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|-";
  private static final Pattern ABOUT_A_DOMAIN =
      Pattern.compile("([a-z]+) (\\S(?:[^\\p{Cntrl}]*\\S)?) (" + UUID + ")");

  private Line() {}

  /**
   * {@code <word> <domain> <uuid>}. Domain names may hold blanks: the uuid is the last word. Who
   * does not know it says {@code -}.
   */
  record AboutDomain(String word, String domain, String uuid) {}

  /** The text of a line; empty when the bytes are not UTF-8. */
  static Optional<String> text(byte[] line) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** The text, without its line feed, as a question about a domain; empty when it is none. */
  static Optional<AboutDomain> aboutDomain(String text) {
    Matcher matcher = ABOUT_A_DOMAIN.matcher(text);
    return matcher.matches()
        ? Optional.of(new AboutDomain(matcher.group(1), matcher.group(2), matcher.group(3)))
        : Optional.empty();
  }

  /** {@code hold <ms>}: an answer comes within so many milliseconds, at least 1. */
  static byte[] hold(Duration atMost, Duration longest) {
    return bytes("hold " + Math.max(1, Math.min(longest.toMillis(), atMost.toMillis())));
  }

  /** The line with its line feed. */
  static byte[] bytes(String line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
