package io.conntracksync.operator.migration;

import io.conntracksync.operator.kubevirt.InstanceInterface;
import io.conntracksync.operator.kubevirt.InstanceStatus;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The addresses that a VM keeps: of its networks' interfaces, in their order, each once. Interfaces
 * without a name exist in the guest only. Loopback, link-local, multicast and unspecified addresses
 * never move, and the API server would refuse them.
 */
final class VmAddresses {
  // Only texts of these shapes are given to InetAddress: anything else it would look up in the DNS.
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

  private VmAddresses() {}

  static List<String> of(InstanceStatus status) {
    List<InstanceInterface> interfaces =
        status.interfaces() == null ? List.of() : status.interfaces();
    return interfaces.stream()
        .filter(nic -> nic.name() != null && !nic.name().isEmpty())
        .flatMap(VmAddresses::of)
        .filter(VmAddresses::isKept)
        .distinct()
        .toList();
  }

  private static Stream<String> of(InstanceInterface nic) {
    List<String> all = nic.ipAddresses() == null ? List.of() : nic.ipAddresses();
    return all.isEmpty() ? Stream.ofNullable(nic.ipAddress()) : all.stream();
  }

  private static boolean isKept(String text) {
    return literal(text)
        .filter(address -> !address.isAnyLocalAddress())
        .filter(address -> !address.isLoopbackAddress())
        .filter(address -> !address.isLinkLocalAddress())
        .filter(address -> !address.isMulticastAddress())
        .filter(address -> !text.equals("255.255.255.255"))
        .isPresent();
  }

  private static Optional<InetAddress> literal(String text) {
    if (text == null) {
      return Optional.empty();
    }
    boolean four = IPV4.matcher(text).matches();
    if (!four && !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      InetAddress address = InetAddress.getByName(text);
      // An IPv4-mapped IPv6 text comes back as IPv4; the API server refuses to take it.
      boolean asWritten = four ? address instanceof Inet4Address : address instanceof Inet6Address;
      return asWritten ? Optional.of(address) : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
