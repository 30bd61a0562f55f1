package io.conntracksync.node.agent;

import io.conntracksync.api.v1alpha1.DurationText;
import io.conntracksync.node.backend.BackendSetting;
import io.conntracksync.node.kube.IpLiteral;
import io.conntracksync.node.kube.ReceivingPorts;
import java.net.InetAddress;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One small parser for each kind of setting; each says what is wrong and what would be right. */
final class SettingParsers {
  private SettingParsers() {}

  /** An address literal; a name is not looked up. */
  static final class AddressParser implements ITypeConverter<InetAddress> {
    @Override
    public InetAddress convert(String text) {
      return IpLiteral.parse(text)
          .filter(address -> !address.isAnyLocalAddress() && !address.isMulticastAddress())
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + text
                          + "' is no address on which a node can be reached; write an IPv4 or IPv6"
                          + " address of this node, such as 192.168.1.11"));
    }
  }

  /** {@code FIRST-LAST}. */
  static final class PortsParser implements ITypeConverter<ReceivingPorts> {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

    @Override
    public ReceivingPorts convert(String text) {
      Matcher matcher = SHAPE.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no port range; write FIRST-LAST, such as 28152-28251");
      }
      try {
        return new ReceivingPorts(
            Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
      } catch (IllegalArgumentException refused) {
        throw new TypeConversionException(refused.getMessage());
      }
    }
  }

  /** A duration as the API writes it. */
  static final class DurationParser implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return DurationText.parse(text)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + text + "' is not a duration; write 5s or 200ms"));
    }
  }

  /** The name of a backend, or {@code auto}. */
  static final class BackendParser implements ITypeConverter<BackendSetting> {
    @Override
    public BackendSetting convert(String text) {
      return BackendSetting.parse(text)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + text
                          + "' is no backend; write auto, netfilter, cilium-bpf or cilium-api"));
    }
  }
}
