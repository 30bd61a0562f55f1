package io.conntracksync.e2e.report;

import io.conntracksync.e2e.traffic.Family;
import io.conntracksync.e2e.traffic.Flow;
import io.conntracksync.e2e.traffic.NewConnection;
import io.conntracksync.e2e.traffic.Opener;
import io.conntracksync.e2e.traffic.Span;
import io.conntracksync.e2e.traffic.TrafficResult;
import io.conntracksync.e2e.traffic.Transport;
import io.conntracksync.e2e.traffic.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Invented reports: a migration as the bed does it, with as many flows as a test wants. */
final class SampleReport {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final long PAUSE = 5200;
  private static final long RESUME = 5390;
  private static final long STOP = 11_000;

  private SampleReport() {}

  /** 24 connections and 4 streams, as the demo has them. */
  static Report full() {
    return of(24, 4, "demo");
  }

  /** Two connections and a stream, for golden files. */
  static Report small() {
    return of(2, 1, "demo");
  }

  /** {@code text} is in every field that is free text. */
  static Report of(int connections, int streams, String text) {
    return of(connections, streams, text, netfilter(text));
  }

  /** The same with Cilium's maps: a quarter of the connections goes to services. */
  static Report cilium() {
    return of(24, 4, "demo", cilium("cilium-bpf", 9));
  }

  static DatapathReport netfilter(String text) {
    return new DatapathReport(
        "netfilter", text, "", Map.of("nodea", "netfilter", "nodeb", "netfilter"), List.of());
  }

  /** {@code backend} is what an agent uses, {@code id} the target's of the services. */
  static DatapathReport cilium(String backend, int id) {
    return new DatapathReport(
        "cilium-bpf",
        "in maps",
        "",
        Map.of("nodea", "cilium-bpf", "nodeb", backend),
        List.of(
            service("10.96.0.10:80", "10.10.0.50:8080", id),
            service("[fd00:96::10]:80", "[fd00:10::50]:8080", id)));
  }

  private static ServiceReport service(String address, String backend, int id) {
    return new ServiceReport(
        address,
        backend,
        List.of(new ServiceReport.Ids("nodea", 5, 37), new ServiceReport.Ids("nodeb", id, 52)));
  }

  private static Report of(int connections, int streams, String text, DatapathReport datapath) {
    RunReport control = run(Verdict.DEAD, connections, streams, text, datapath);
    RunReport synced = run(Verdict.ALIVE, connections, streams, text, datapath);
    return Report.of(
        START.plusSeconds(60),
        new Versions(text, text, text, text, text, text),
        datapath,
        control,
        synced,
        sync(connections + streams, text));
  }

  static RunReport run(Verdict end, int connections, int streams, String text) {
    return run(end, connections, streams, text, netfilter(text));
  }

  static RunReport run(
      Verdict end, int connections, int streams, String text, DatapathReport datapath) {
    Instant start = end == Verdict.DEAD ? START : START.plusSeconds(30);
    List<Flow> flows = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Opener opener = i < connections / 2 ? Opener.PEER : Opener.VM;
      boolean toService = !datapath.services().isEmpty() && i >= connections * 3 / 4;
      String service = toService ? datapath.services().get(i % 2).address() : "";
      flows.add(flow(i + 1, Transport.TCP, opener, service, end, 230 + 17L * (i * 7 % 11), text));
    }
    for (int i = 0; i < streams; i++) {
      flows.add(flow(connections + i + 1, Transport.UDP, Opener.VM, "", end, 0, text));
    }
    TrafficResult traffic =
        new TrafficResult(
            start.toEpochMilli(),
            start.toEpochMilli() + STOP,
            List.of(),
            List.of(
                new NewConnection("10.30.0.100", Family.IPV4, true, text),
                new NewConnection("fd00:30::100", Family.IPV6, true, text)),
            flows);
    long tcp = end == Verdict.DEAD ? 12L * connections : 0;
    long udp = end == Verdict.DEAD ? 100L * streams : 0;
    return RunReport.of(
        traffic,
        new FirewallReport(4200, 2, tcp + udp, tcp, udp),
        Duration.ofMillis(RESUME - PAUSE),
        Duration.ofMillis(2900),
        bands(start, end));
  }

  private static List<Band> bands(Instant start, Verdict end) {
    List<Band> bands = new ArrayList<>();
    if (end == Verdict.ALIVE) {
      bands.add(Band.between(BandKind.HOOK_WAIT, start.plusMillis(2500), start.plusMillis(2541)));
    }
    bands.add(Band.between(BandKind.MEMORY_COPY, start.plusMillis(2600), start.plusMillis(PAUSE)));
    bands.add(Band.between(BandKind.PAUSE, start.plusMillis(PAUSE), start.plusMillis(RESUME)));
    bands.add(Band.at(BandKind.ROUTE_MOVED, start.plusMillis(RESUME + 8)));
    return bands;
  }

  private static Flow flow(
      int id,
      Transport transport,
      Opener opener,
      String service,
      Verdict end,
      long back,
      String note) {
    long opened = 100 + 9L * id;
    long last = PAUSE - id % 7;
    List<Span> spans = new ArrayList<>();
    spans.add(new Span(opened + 4, last));
    if (end == Verdict.ALIVE) {
      spans.add(new Span(RESUME + back, STOP - 3));
    }
    boolean four = id % 2 == 1;
    return new Flow(
        id,
        transport,
        opener,
        four ? Family.IPV4 : Family.IPV6,
        (four ? "10.10.0.50:" : "[fd00:10::50]:") + (40_000 + id),
        (four ? "10.30.0.100:" : "[fd00:30::100]:")
            + (transport == Transport.UDP ? 50_000 + id : 7),
        service,
        opened,
        spans,
        end == Verdict.ALIVE ? STOP - 3 : last,
        end == Verdict.ALIVE ? RESUME + back - last : STOP - last,
        end,
        note.equals("demo") ? "" : note);
  }

  private static SyncReport sync(int entries, String text) {
    Instant start = START.plusSeconds(30);
    return new SyncReport(
        text,
        text,
        "Completed",
        text,
        entries,
        text,
        text,
        28152,
        new HookReport("Imported", "41ms"),
        List.of(
            new PhaseReport(
                "Assigned", start.plusMillis(2300).toEpochMilli(), table("Assigned", text)),
            new PhaseReport(
                "Imported", start.plusMillis(2541).toEpochMilli(), table("Imported", text)),
            new PhaseReport(
                "Completed", start.plusMillis(6000).toEpochMilli(), table("Completed", text))));
  }

  private static String table(String phase, String text) {
    return "NAME   VM   SOURCE   TARGET   PORT    PHASE       ENTRIES   HOOK       AGE\n"
        + text
        + "   vm   nodea    nodeb    28152   "
        + phase
        + "   28        Imported   3s\n";
  }
}
