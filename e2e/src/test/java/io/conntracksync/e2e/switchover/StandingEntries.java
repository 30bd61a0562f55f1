package io.conntracksync.e2e.switchover;

import io.conntracksync.e2e.bed.DualStack;
import io.conntracksync.e2e.bed.Node;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Entries that no packet touches, one of each kind that a table can hold and many of two: some to
 * be changed and some to be deleted while the VM migrates.
 */
final class StandingEntries {
  /** Of each of the many kinds. */
  static final int MANY = 100;

  private static final String CHANGED = "192.0.2.20";
  private static final String DELETED = "192.0.2.21";

  private final EntryDump dump;
  private final Node node;
  private final DualStack vm;

  StandingEntries(EntryDump dump, Node node, DualStack vm) {
    this.dump = dump;
    this.node = node;
    this.vm = vm;
  }

  /** Makes them all; returns how many. */
  int make() {
    List<String> lines = new ArrayList<>();
    String tcp = "-I -p tcp -t 3600 ";
    String open = "--state ESTABLISHED -u SEEN_REPLY,ASSURED ";
    String there = "-s " + vm.v4() + " -d 192.0.2.9 ";
    String here = "-s 192.0.2.9 -d " + vm.v4() + " ";
    lines.add(tcp + open + there + "--sport 41000 --dport 443 -m 7 --label-add bit3,bit99");
    lines.add(tcp + open + here + "--sport 41001 --dport 443 -m 4294967295");
    lines.add(tcp + open + here + "--sport 41002 --dport 443 -w 7");
    lines.add(tcp + open + here + "--sport 41002 --dport 443");
    lines.add(tcp + open + there + "--sport 41003 --dport 443 -n 203.0.113.5");
    lines.add(tcp + open + "-s 192.0.2.9 -d 203.0.113.80 --sport 41004 --dport 80 -g " + vm.v4());
    lines.add(tcp + "--state SYN_SENT " + there + "--sport 41005 --dport 443");
    lines.add(
        tcp + "--state FIN_WAIT -u SEEN_REPLY,ASSURED " + there + "--sport 41006 --dport 443");
    lines.add(tcp + "--state CLOSE_WAIT -u SEEN_REPLY,ASSURED " + here + "--sport 41007 --dport 7");
    lines.add("-I -p icmp -t 300 " + there + "--icmp-type 8 --icmp-code 0 --icmp-id 5");
    lines.add("-I -p udp -t 300 -u SEEN_REPLY,ASSURED " + here + "--sport 41008 --dport 53");
    lines.add(tcp + open + "-s " + vm.v6() + " -d 2001:db8::9 --sport 41009 --dport 443 -m 9");
    lines.add("-I -p udp -t 300 -s 2001:db8::9 -d " + vm.v6() + " --sport 41010 --dport 53");
    // Each by itself: conntrack 1.4.7 crashes over some that follow one another in a file.
    lines.forEach(line -> dump.conntrack(node, line).run());
    int single = lines.size();
    for (int i = 0; i < MANY; i++) {
      lines.add(
          tcp + open + "-s " + vm.v4() + " -d " + CHANGED + " --dport 443 --sport " + port(i));
      lines.add(
          tcp + open + "-s " + vm.v4() + " -d " + DELETED + " --dport 443 --sport " + port(i));
    }
    dump.conntrack(node, "-R -")
        .reading(String.join("\n", lines.subList(single, lines.size())) + "\n")
        .run();
    return lines.size();
  }

  private static int port(int i) {
    return 42_000 + i;
  }

  /**
   * Entries to be changed get this mark, and one more label: as many as conntrack comes by before
   * other changes disturb it.
   */
  void change(int mark) {
    String update = "-U -p tcp -s " + vm.v4() + " -d " + CHANGED;
    dump.conntrack(node, update + " -m " + mark).tryRun();
    dump.conntrack(node, update + " --label-add " + EntryDump.label(30 + mark % 50)).tryRun();
  }

  /** Those to be deleted, all of them. */
  void delete() {
    String which = " -p tcp -s " + vm.v4() + " -d " + DELETED;
    Awaitility.await("the entries are deleted")
        .until(
            () -> {
              dump.conntrack(node, "-D" + which).tryRun();
              return !dump.conntrack(node, "-L" + which).run().contains(DELETED);
            });
  }

  /** Whether an entry is one of the deleted. */
  static boolean isDeleted(String entry) {
    return entry.contains("dst=" + DELETED + " ");
  }
}
