package io.conntracksync.e2e.bed;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the bed is made from.
 *
 * @param work a folder for the nodes' state and logs; its content is replaced at each start
 * @param kernel a folder with {@code vmlinuz} and {@code mods/*.ko}, the guest's kernel
 * @param guestProgram the statically linked program that is all the guest runs
 * @param datapath where the nodes' firewalls have their connections
 * @param firewallProgram the firewall with connections in Cilium's maps
 * @param ciliumAgent the program that stands in for Cilium's agent
 * @param gates the lock-manager plugin that a node's libvirt loads, by the node's name; who is not
 *     named has a stock set-up
 * @param binding how its guests are connected
 */
public record BedSettings(
    Path work,
    Path kernel,
    Path guestProgram,
    Datapath datapath,
    Path firewallProgram,
    Path ciliumAgent,
    Map<String, Path> gates,
    Binding binding) {
  public BedSettings {
    work = work.toAbsolutePath().normalize();
    kernel = kernel.toAbsolutePath().normalize();
    guestProgram = guestProgram.toAbsolutePath().normalize();
    firewallProgram = firewallProgram.toAbsolutePath().normalize();
    ciliumAgent = ciliumAgent.toAbsolutePath().normalize();
    gates = Map.copyOf(gates);
  }

  /** The places that {@code make} fills, for the module in this folder ({@code e2e}). */
  public static BedSettings of(Path module) {
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "conntracksync");
    return new BedSettings(
        module.resolve("target/bed"),
        cache.resolve("guest-kernel/current"),
        module.resolve("target/guest/guest"),
        Datapath.NETFILTER,
        module.resolve("target/datapath/firewall.o"),
        cache.resolve("cilium-tools/current/bin/cilium-agent-stand-in"),
        Map.of(),
        Binding.BRIDGE);
  }

  /** The same bed with this plugin in the libvirt of both nodes. */
  public BedSettings withGate(Path plugin) {
    Path file = plugin.toAbsolutePath();
    return withGates(Map.of(Plan.NAME_A, file, Plan.NAME_B, file));
  }

  /** The same bed with this plugin in the libvirt of the first node alone. */
  public BedSettings withGateOnNodeA(Path plugin) {
    return withGates(Map.of(Plan.NAME_A, plugin.toAbsolutePath()));
  }

  private BedSettings withGates(Map<String, Path> placed) {
    return with(datapath, placed, binding);
  }

  /** The same bed with the connections there. */
  public BedSettings with(Datapath other) {
    return with(other, gates, binding);
  }

  /** The same bed with guests connected like that. */
  public BedSettings with(Binding other) {
    return with(datapath, gates, other);
  }

  private BedSettings with(Datapath path, Map<String, Path> placed, Binding connected) {
    return new BedSettings(
        work, kernel, guestProgram, path, firewallProgram, ciliumAgent, placed, connected);
  }

  Path guestKernel() {
    return kernel.resolve("vmlinuz");
  }

  /** Made when the bed is. */
  Path guestImage() {
    return work.resolve("guest.img");
  }

  Optional<Path> gateOf(String node) {
    return Optional.ofNullable(gates.get(node));
  }
}
