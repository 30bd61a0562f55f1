package io.conntracksync.operator.kubevirt;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/** An interface without {@code name} exists in the guest only: a bridge of Docker, a VPN. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstanceInterface(String name, String ipAddress, List<String> ipAddresses) {}
