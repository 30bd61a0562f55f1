package io.conntracksync.node.table.netfilter;

import io.conntracksync.node.linux.PacketTables;
import io.conntracksync.node.linux.SystemCallException;
import io.conntracksync.node.table.TableException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether anything in a namespace makes the kernel translate: without a {@code nat} base chain of
 * nftables or the {@code nat} table of iptables no packet is translated, whatever its entry says.
 * Safe for several threads.
 */
final class NatChains implements TranslationProbe {
  private static final Logger LOG = LoggerFactory.getLogger(NatChains.class);

  /** {@code nfgenmsg} family of all families, and of those chains that serve both. */
  private static final int ANY_FAMILY = 0;

  private static final int INET = 1;

  /** {@code NFTA_CHAIN_*} in linux/netfilter/nf_tables.h. */
  private static final int CHAIN_HOOK = 4;

  private static final int CHAIN_TYPE = 7;
  private static final String NAT = "nat";

  private final ChannelPool channels;
  private final Set<Family> found = EnumSet.noneOf(Family.class);

  NatChains(ChannelPool channels) {
    this.channels = channels;
  }

  /**
   * Asks the kernel until the chains were there once: a node with many services has thousands of
   * chains, and whoever put those for translation there will not take them away. What cannot be
   * found out counts as there.
   */
  @Override
  public boolean translates(Family family) {
    synchronized (found) {
      if (!found.contains(family)) {
        look(family);
      }
      return found.contains(family);
    }
  }

  private void look(Family family) {
    try {
      found.addAll(channels.use(NatChains::nftables));
      Set<String> older =
          family == Family.IPV4
              ? PacketTables.ofIpv4(channels.namespace())
              : PacketTables.ofIpv6(channels.namespace());
      if (older.contains(NAT)) {
        found.add(family);
      }
    } catch (TableException | SystemCallException e) {
      // A kernel without nftables, for one. Better no warning than a wrong one.
      LOG.atDebug().addKeyValue("cause", e.getMessage()).log("chains for translation not read");
      found.add(family);
    }
  }

  private static Set<Family> nftables(NetlinkChannel channel) throws TableException {
    Set<Family> families = EnumSet.noneOf(Family.class);
    RequestBatch batch = channel.requests();
    batch.begin(
        Nfnetlink.NFT_GET_CHAIN,
        Nfnetlink.REQUEST | Nfnetlink.DUMP,
        ANY_FAMILY,
        Nfnetlink.VERSION_0);
    batch.end();
    // A dump that is doubtful shows what is there all the same, or the next one does.
    var unused =
        channel.dump(
            message -> {
              if (message.type() == Nfnetlink.NFT_NEW_CHAIN && isForNat(message.attributes())) {
                add(families, message.family());
              }
            });
    return families;
  }

  private static void add(Set<Family> families, int number) {
    for (Family family : Family.values()) {
      if (number == INET || number == family.number()) {
        families.add(family);
      }
    }
  }

  private static boolean isForNat(AttributeReader in) throws RefusedEntryException {
    boolean hooked = false;
    boolean nat = false;
    while (in.next()) {
      hooked |= in.type() == CHAIN_HOOK;
      nat |= in.type() == CHAIN_TYPE && in.holds((NAT + '\0').getBytes(StandardCharsets.US_ASCII));
    }
    return hooked && nat;
  }
}
