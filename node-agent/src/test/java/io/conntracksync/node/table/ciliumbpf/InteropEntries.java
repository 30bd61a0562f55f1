package io.conntracksync.node.table.ciliumbpf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.conntracksync.node.cilium.Ctlines;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Entries of the VM 10.244.1.10, fd00::a, as Cilium's own types show them and as they travel, both
 * written down by hand. Lifetimes end at 108,000, or 100,060; the services of {@link #serve} are
 * those that the ids mean.
 */
final class InteropEntries {
  /** So that a mistaken order of bytes shows. */
  private static final int SERVICE_ID = 0x1234;

  private static final int BACKEND_ID = 37;
  private static final int SERVICE6_ID = 0x0501;
  private static final int BACKEND6_ID = 0x020103;

  /** A CIDR's: known to the node alone. */
  private static final int IDENTITY_OF_NODE = 0x01000004;

  private static final long LONG = 8_000_000;
  private static final long SHORT = 60_000;

  private final Version version;
  private final ServiceName service;
  private final BackendName backend;
  private final ServiceName service6;
  private final BackendName backend6;

  /** An entry in both forms. */
  record Both(CtKey key, Carried carried, JsonNode line) {}

  /** Of which Cilium the types are. */
  enum Version {
    NEWEST(Generation.V1_19, "\"union0\":[0,%d]") {
      @Override
      Ctlines ctlines() {
        return Ctlines.ofNewest();
      }

      @Override
      void count(ObjectNode line) {
        line.put("packets", 7).put("bytes", 700);
      }
    },
    V1_15(Generation.V1_15, "\"rxBytes\":%d") {
      @Override
      Ctlines ctlines() {
        return Ctlines.of1_15();
      }

      /** Where later versions have an address and a port. */
      @Override
      void count(ObjectNode line) {
        line.put("rxPackets", 7).put("txPackets", 8).put("txBytes", 800).put("ifIndex", 5);
        if (!line.has("rxBytes")) {
          line.put("rxBytes", 700);
        }
      }
    };

    private final Generation generation;
    private final String backend;

    Version(Generation generation, String backend) {
      this.generation = generation;
      this.backend = backend;
    }

    abstract Ctlines ctlines();

    abstract void count(ObjectNode line);

    /** The line as a datapath leaves it behind: with counters and reports. */
    JsonNode used(JsonNode line) {
      ObjectNode used = line.deepCopy();
      count(used);
      return used.put("lastTxReport", 99_997).put("lastRxReport", 99_996);
    }

    Generation generation() {
      return generation;
    }
  }

  InteropEntries(Version version) {
    this.version = version;
    // 1.15 does not tell services of several protocols apart.
    int protocol = version == Version.V1_15 ? Protocol.ANY : Protocol.TCP;
    service = new ServiceName(Bytes.address("10.96.0.10"), 80, protocol, ServiceName.EXTERNAL);
    backend = new BackendName(Bytes.address("10.244.2.20"), 8080, protocol, 0);
    service6 = new ServiceName(Bytes.address("fd00:96::10"), 80, protocol, ServiceName.EXTERNAL);
    backend6 = new BackendName(Bytes.address("fd00:2::20"), 8080, protocol, 0);
  }

  /** Gives the node what the ids of the entries mean. */
  void serve(TestCilium node) {
    node.serve(service, SERVICE_ID, backend, BACKEND_ID);
    node.serve(service6, SERVICE6_ID, backend6, BACKEND6_ID);
    node.identify(Bytes.address("198.51.100.0"), 24, IDENTITY_OF_NODE);
  }

  List<Both> all() {
    List<Both> all = new ArrayList<>();
    addPlain(all);
    addServices(all);
    addRelated(all);
    addIpv6(all);
    if (version.generation().holdsNat()) {
      addFrontends(all);
    }
    return all;
  }

  private void addPlain(List<Both> all) {
    all.add(
        both(
            "0af4010a c0000250 01bb 9c40 06 00",
            carried(LONG, 0x10, 0x1a, 0x1b, Identity.of(1234), Meaning.NONE),
            "'daddr':'10.244.1.10','saddr':'192.0.2.80','dport':443,'sport':40000,'nexthdr':6,"
                + "'lifetime':108000,'bits':16,'txFlagsSeen':26,'rxFlagsSeen':27,"
                + "'sourceSecurityId':1234"));
    // The peer closes; looped back, out of a tunnel.
    all.add(
        both(
            "0af4010a 0af4010a 1f90 9c42 06 00",
            carried(SHORT, 0x419, 0x1b, 0x1a, Identity.of(70000), Meaning.NONE),
            "'daddr':'10.244.1.10','saddr':'10.244.1.10','dport':8080,'sport':40002,'nexthdr':6,"
                + "'lifetime':100060,'bits':1049,'txFlagsSeen':27,'rxFlagsSeen':26,"
                + "'sourceSecurityId':70000"));
    all.add(
        both(
            "c6336407 0af4010a 0016 c738 06 01",
            carried(LONG, 0x10, 0x1a, 0x1b, Identity.OF_NODE, Meaning.NONE),
            "'daddr':'198.51.100.7','saddr':'10.244.1.10','dport':22,'sport':51000,'nexthdr':6,"
                + "'flags':1,'lifetime':108000,'bits':16,'txFlagsSeen':26,'rxFlagsSeen':27,"
                + "'sourceSecurityId':16777220"));
    all.add(
        both(
            "0af4010a c0000235 0035 9c43 11 00",
            carried(SHORT, 0x10, 0, 0, Identity.of(1234), Meaning.NONE),
            "'daddr':'10.244.1.10','saddr':'192.0.2.53','dport':53,'sport':40003,'nexthdr':17,"
                + "'lifetime':100060,'bits':16,'sourceSecurityId':1234"));
    // An echo's identifier stands in the initiator's port.
    all.add(
        both(
            "0af4010a c0000250 0000 004d 01 00",
            carried(SHORT, 0, 0, 0, Identity.of(1234), Meaning.NONE),
            "'daddr':'10.244.1.10','saddr':'192.0.2.80','sport':77,'nexthdr':1,"
                + "'lifetime':100060,'sourceSecurityId':1234"));
  }

  private void addServices(List<Both> all) {
    all.add(
        both(
            "0a60000a 0af4010a 9c41 0050 06 04",
            carried(LONG, 0x10, 0, 0, Identity.of(0), named(service, backend)),
            "'daddr':'10.96.0.10','saddr':'10.244.1.10','dport':40001,'sport':80,'nexthdr':6,"
                + "'flags':4,'lifetime':108000,'bits':16,'revNat':4660,"
                + version.backend.formatted(BACKEND_ID)));
    all.add(
        both(
            "0af4010a 0af40214 1f90 9c41 06 00",
            carried(LONG, 0x10, 0, 0, Identity.of(1234), named(service)),
            "'daddr':'10.244.1.10','saddr':'10.244.2.20','dport':8080,'sport':40001,'nexthdr':6,"
                + "'lifetime':108000,'bits':16,'revNat':4660,'sourceSecurityId':1234"));
  }

  private void addRelated(List<Both> all) {
    all.add(
        both(
            "0af4010a c0000250 0000 0000 01 02",
            carried(SHORT, 0, 0, 0, Identity.of(1234), Meaning.NONE),
            "'daddr':'10.244.1.10','saddr':'192.0.2.80','nexthdr':1,'flags':2,"
                + "'lifetime':100060,'sourceSecurityId':1234"));
    all.add(
        both(
            "c6336407 0af4010a 0000 0000 01 03",
            carried(SHORT, 0, 0, 0, Identity.OF_NODE, Meaning.NONE),
            "'daddr':'198.51.100.7','saddr':'10.244.1.10','nexthdr':1,'flags':3,"
                + "'lifetime':100060,'sourceSecurityId':16777220"));
    all.add(
        both(
            "0af4010a 0af40214 0000 0000 01 02",
            carried(SHORT, 0, 0, 0, Identity.of(1234), named(service)),
            "'daddr':'10.244.1.10','saddr':'10.244.2.20','nexthdr':1,'flags':2,"
                + "'lifetime':100060,'revNat':4660,'sourceSecurityId':1234"));
  }

  private void addIpv6(List<Both> all) {
    String vm = "fd00000000000000000000000000000a";
    String peer = "20010db8000000000000000000000050";
    all.add(
        both(
            vm + peer + "01bb 9c40 06 00",
            carried(LONG, 0x10, 0x1a, 0x1b, Identity.of(1234), Meaning.NONE),
            "'daddr':'fd00::a','saddr':'2001:db8::50','dport':443,'sport':40000,'nexthdr':6,"
                + "'lifetime':108000,'bits':16,'txFlagsSeen':26,'rxFlagsSeen':27,"
                + "'sourceSecurityId':1234"));
    all.add(
        both(
            peer + vm + "0016 c738 06 01",
            carried(LONG, 0x10, 0x1a, 0x1b, Identity.of(2), Meaning.NONE),
            "'daddr':'2001:db8::50','saddr':'fd00::a','dport':22,'sport':51000,'nexthdr':6,"
                + "'flags':1,'lifetime':108000,'bits':16,'txFlagsSeen':26,'rxFlagsSeen':27,"
                + "'sourceSecurityId':2"));
    all.add(
        both(
            peer + vm + "0035 9c43 11 01",
            carried(SHORT, 0x10, 0, 0, Identity.of(2), Meaning.NONE),
            "'daddr':'2001:db8::50','saddr':'fd00::a','dport':53,'sport':40003,'nexthdr':17,"
                + "'flags':1,'lifetime':100060,'bits':16,'sourceSecurityId':2"));
    all.add(
        both(
            vm + peer + "0000 0000 3a 02",
            carried(SHORT, 0, 0, 0, Identity.of(1234), Meaning.NONE),
            "'daddr':'fd00::a','saddr':'2001:db8::50','nexthdr':58,'flags':2,"
                + "'lifetime':100060,'sourceSecurityId':1234"));
    all.add(
        both(
            "fd000096000000000000000000000010" + vm + "9c41 0050 06 04",
            carried(LONG, 0x10, 0, 0, Identity.of(0), named(service6, backend6)),
            "'daddr':'fd00:96::10','saddr':'fd00::a','dport':40001,'sport':80,'nexthdr':6,"
                + "'flags':4,'lifetime':108000,'bits':16,'revNat':1281,"
                + version.backend.formatted(BACKEND6_ID)));
    all.add(
        both(
            vm + "fd000002000000000000000000000020" + "1f90 9c41 06 00",
            carried(LONG, 0x10, 0, 0, Identity.of(1234), named(service6)),
            "'daddr':'fd00::a','saddr':'fd00:2::20','dport':8080,'sport':40001,'nexthdr':6,"
                + "'lifetime':108000,'bits':16,'revNat':1281,'sourceSecurityId':1234"));
  }

  /** What replies are translated to: held by the entry since 1.19. */
  private void addFrontends(List<Both> all) {
    all.add(
        both(
            "c6336407 0af4010a 1f90 cb20 06 00",
            framed(Identity.of(9), new NatAddress(Bytes.address("172.18.0.3"), 30080)),
            // 172.18.0.3 in the last four of 16 bytes.
            "'daddr':'198.51.100.7','saddr':'10.244.1.10','dport':8080,'sport':52000,'nexthdr':6,"
                + "'lifetime':108000,'bits':144,'union0':[0,216193312057458688],'natPort':30080,"
                + "'sourceSecurityId':9"));
    all.add(
        both(
            "20010db8000000000000000000000050 fd00000000000000000000000000000a 1f90 cb20 06 00",
            framed(Identity.of(9), new NatAddress(Bytes.address("2001:db8::3"), 30080)),
            "'daddr':'2001:db8::50','saddr':'fd00::a','dport':8080,'sport':52000,'nexthdr':6,"
                + "'lifetime':108000,'bits':144,'union0':[3087860000,216172782113783808],"
                + "'natPort':30080,'sourceSecurityId':9"));
  }

  /** Entries that are about the VM and not the VM's, or over: they stay where they are. */
  List<JsonNode> others() {
    return List.of(
        // What a client on this node has of its connection to the VM, and what a peer there has.
        line(
            "'daddr':'10.77.0.1','saddr':'10.244.1.10','dport':22,'sport':1,'nexthdr':6,"
                + "'lifetime':108000,'bits':16"),
        line(
            "'daddr':'10.244.1.10','saddr':'10.77.0.1','dport':22,'sport':2,'nexthdr':6,'flags':1,"
                + "'lifetime':108000,'bits':16"),
        // Made where a NodePort flow entered.
        line(
            "'daddr':'198.51.100.7','saddr':'10.244.1.10','dport':22,'sport':3,'nexthdr':6,"
                + "'lifetime':108000,'bits':48"),
        // Over: by time, by both ends.
        line(
            "'daddr':'10.244.1.10','saddr':'192.0.2.80','dport':443,'sport':4,'nexthdr':6,"
                + "'lifetime':99999,'bits':16"),
        line(
            "'daddr':'10.244.1.10','saddr':'192.0.2.80','dport':443,'sport':5,'nexthdr':6,"
                + "'lifetime':108000,'bits':19"));
  }

  private static Both both(String key, Carried carried, String line) {
    return new Both(Bytes.key(key), carried, line(line));
  }

  private static JsonNode line(String fields) {
    return Ctlines.line("{" + fields.replace('\'', '"') + "}");
  }

  private static Carried carried(
      long left, int flags, int transmitted, int received, Identity identity, Meaning meaning) {
    return new Carried(left, flags, transmitted, received, identity, meaning, Optional.empty());
  }

  private static Carried framed(Identity identity, NatAddress nat) {
    return new Carried(LONG, 0x90, 0, 0, identity, Meaning.NONE, Optional.of(nat));
  }

  private static Meaning named(ServiceName service) {
    return new Meaning(Optional.of(service), Optional.empty(), Meaning.Names.COMPLETE);
  }

  private static Meaning named(ServiceName service, BackendName backend) {
    return new Meaning(Optional.of(service), Optional.of(backend), Meaning.Names.COMPLETE);
  }
}
