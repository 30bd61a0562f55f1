package io.conntracksync.e2e.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes HTML and inline SVG. Every text and every attribute value is escaped; tag and attribute
 * names are ours. The only text that is not escaped is the style sheet, a resource.
 */
final class Html {
  /** Elements within a sentence: a line break after them would be a space on the page. */
  private static final Set<String> INLINE = Set.of("code", "span", "strong");

  private final StringBuilder out = new StringBuilder("<!DOCTYPE html>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /** Attributes come in pairs: name, value. */
  Html open(String tag, String... attributes) {
    start(tag, attributes);
    open.push(tag);
    return this;
  }

  Html close() {
    String tag = open.pop();
    out.append("</").append(tag).append(INLINE.contains(tag) ? ">" : ">\n");
    return this;
  }

  Html text(String text) {
    out.append(escape(text));
    return this;
  }

  /** An element that holds text only. */
  Html leaf(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** An element without content that HTML does not close, or an SVG shape. */
  Html empty(String tag, String... attributes) {
    start(tag, attributes);
    if (!tag.equals("meta")) {
      out.append("</").append(tag).append('>');
    }
    out.append('\n');
    return this;
  }

  Html style(String css) {
    out.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  String finish() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return out.toString();
  }

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> append(escaped, c));
    return escaped.toString();
  }

  private void start(String tag, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("attributes of " + tag + " must come in pairs");
    }
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"").append(escape(attributes[i + 1]));
      out.append('"');
    }
    out.append('>');
  }

  private static void append(StringBuilder escaped, int c) {
    switch (c) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      default -> {
        // Control characters are not allowed in HTML, not even as a reference.
        boolean allowed = c == '\n' || c == '\t' || (c >= ' ' && c != 0x7f && !lone(c));
        escaped.appendCodePoint(allowed ? c : 0xfffd);
      }
    }
  }

  private static boolean lone(int c) {
    return c >= 0xd800 && c <= 0xdfff;
  }
}
