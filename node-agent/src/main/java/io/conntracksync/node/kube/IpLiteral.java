package io.conntracksync.node.kube;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses as text. {@link InetAddress#getByName} alone would ask the DNS for what is no address,
 * and would read {@code 10.1} as {@code 10.0.0.1}; both are refused here.
 */
public final class IpLiteral {
  private static final Pattern IPV4 =
      Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
  private static final Pattern MAYBE_IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final int LONGEST = 45;

  private IpLiteral() {}

  /** The address, or empty when the text is {@code null} or no IPv4 or IPv6 address. */
  public static Optional<InetAddress> parse(String text) {
    if (text == null || text.length() > LONGEST) {
      return Optional.empty();
    }
    if (!IPV4.matcher(text).matches() && !MAYBE_IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      // A text with a colon is never looked up: it is an IPv6 literal or an error.
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException notAnAddress) {
      return Optional.empty();
    }
  }
}
