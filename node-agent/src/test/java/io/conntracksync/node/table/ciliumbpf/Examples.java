package io.conntracksync.node.table.ciliumbpf;

/**
 * Entries of the VM 10.244.1.10 as Cilium 1.20.2 reads and writes them, checked with its own {@code
 * cilium-dbg bpf ct list}; its clock shows 100,000 seconds, most live for 8,000 more.
 */
final class Examples {
  static final int NOW = 100_000;

  /** VM:40000 to 192.0.2.80:443. */
  static final FoundEntry OUT =
      new FoundEntry(
          Bytes.key("0af4010a c0000250 01bb 9c40 06 00"),
          Bytes.value("", "e0a50100 1000 0000 0000 1a 1a d2040000 9d860100 9d860100"));

  /** 198.51.100.7:51000 to VM:22; the peer's identity is this node's own. */
  static final FoundEntry IN =
      new FoundEntry(
          Bytes.key("c6336407 0af4010a 0016 c738 06 01"),
          Bytes.value("", "e0a50100 1000 0000 0000 1a 1a 04000001 9d860100 9d860100"));

  /** VM:40001 to the service 10.96.0.10:80 with id 5, which chose backend 37. */
  static final FoundEntry SERVICE =
      new FoundEntry(
          Bytes.key("0a60000a 0af4010a 9c41 0050 06 04"),
          Bytes.value(
              "0000000000000000 2500000000000000",
              "e0a50100 1000 0005 0000 00 00 00000000 9d860100 00000000"));

  /** The same flow to that backend, 10.244.2.20:8080. */
  static final FoundEntry TO_BACKEND =
      new FoundEntry(
          Bytes.key("0af4010a 0af40214 1f90 9c41 06 00"),
          Bytes.value("", "e0a50100 1000 0005 0000 00 00 d2040000 00000000 00000000"));

  /** 198.51.100.7:52000 to VM:8080, which answers as 172.18.0.3:30080. */
  static final FoundEntry FRONTEND =
      new FoundEntry(
          Bytes.key("c6336407 0af4010a 1f90 cb20 06 00"),
          Bytes.value(
              "000000000000000000000000 ac120003",
              "e0a50100 9000 0000 7580 00 00 09000000 00000000 00000000"));

  /** ICMP errors of {@link #OUT}. */
  static final FoundEntry RELATED =
      new FoundEntry(
          Bytes.key("0af4010a c0000250 0000 0000 01 02"),
          Bytes.value("", "dc860100 0000 0000 0000 00 00 d2040000 00000000 00000000"));

  /** [fd00::a]:40000 to [2001:db8::50]:443. */
  static final FoundEntry OUT6 =
      new FoundEntry(
          Bytes.key(
              "fd00000000000000000000000000000a 20010db8000000000000000000000050"
                  + "01bb 9c40 06 00"),
          OUT.value());

  private Examples() {}
}
