package io.conntracksync.node.linux;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Addresses of network interfaces. The JDK asks the kernel by {@code SIOCGIFCONF} for IPv4 and
 * reads {@code /proc/net/if_inet6} for IPv6: interfaces that are down are among them, addresses
 * with a label too.
 */
public final class InterfaceAddresses {
  private InterfaceAddresses() {}

  /** Those of the network namespace that this process was started in. */
  public static Set<InetAddress> ofThisProcess() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .collect(Collectors.toUnmodifiableSet());
  }
}
