package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Golden: bytes that Cilium's own types read as these services. */
class ServiceMapsTest {
  private static final Path FOLDER = Path.of("/maps");

  @Test
  void aServiceOfIpv4IsWrittenAsCiliumDoes() {
    LocalService service = new LocalService("10.96.0.10", 80, "10.244.2.20", 8080, 5, 37);

    assertThat(ServiceMaps.batch(FOLDER, List.of(service)))
        .isEqualTo(
            """
            map update pinned /maps/cilium_lb4_services_v2 \
            key hex 0a 60 00 0a 00 50 00 00 06 00 00 00 \
            value hex 00 00 00 00 01 00 00 05 00 00 00 00
            map update pinned /maps/cilium_lb4_services_v2 \
            key hex 0a 60 00 0a 00 50 01 00 06 00 00 00 \
            value hex 25 00 00 00 00 00 00 05 00 00 00 00
            map update pinned /maps/cilium_lb4_backends_v3 \
            key hex 25 00 00 00 \
            value hex 0a f4 02 14 1f 90 06 00 00 00 00 00
            map update pinned /maps/cilium_lb4_reverse_nat \
            key hex 00 05 \
            value hex 0a 60 00 0a 00 50
            """);
  }

  @Test
  void aServiceOfIpv6HasLongerAddresses() {
    LocalService service = new LocalService("fd00:96::10", 80, "fd00:10::50", 8080, 6, 38);

    assertThat(ServiceMaps.batch(FOLDER, List.of(service)))
        .contains(
            "/maps/cilium_lb6_services_v2"
                + " key hex fd 00 00 96 00 00 00 00 00 00 00 00 00 00 00 10 00 50 00 00 06 00 00 00"
                + " value hex 00 00 00 00 01 00 00 06 00 00 00 00\n")
        .contains(
            "/maps/cilium_lb6_backends_v3 key hex 26 00 00 00"
                + " value hex fd 00 00 10 00 00 00 00 00 00 00 00 00 00 00 50"
                + " 1f 90 06 00 00 00 00 00\n");
  }

  /** Or nothing would have to be translated, and a demo with services would prove nothing. */
  @Test
  void anIdOfOneNodeIsAnotherServicesOnTheOther() {
    for (Datapath datapath : List.of(Datapath.CILIUM_BPF, Datapath.CILIUM_API)) {
      List<LocalService> target = ServicePlan.all(Plan.NAME_B, datapath);
      for (LocalService service : ServicePlan.toClient(Plan.NAME_A)) {
        assertThat(target)
            .filteredOn(other -> other.id() == service.id())
            .singleElement()
            .satisfies(other -> assertThat(other.address()).isNotEqualTo(service.address()));
        assertThat(target)
            .filteredOn(other -> other.backend().equals(service.backend()))
            .singleElement()
            .satisfies(other -> assertThat(other.backendId()).isNotEqualTo(service.backendId()));
      }
    }
  }
}
