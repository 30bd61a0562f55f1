package io.conntracksync.node.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which process is of which pod, by lines as kernels print them. */
class PodProofTest {
  private static final String UID = "51d0c3c2-0d3e-4a1b-9f0e-1c2d3e4f5a6b";
  private static final String OTHER = "9e3f0000-0d3e-4a1b-9f0e-1c2d3e4f5a6b";
  private static final List<String> NO_POD = List.of("0::/system.slice/containerd.service");

  @Test
  void systemdWritesTheUidWithUnderscores() {
    String scope =
        "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%s.slice/cri-1.scope";

    assertThat(belongs(scope.formatted(UID.replace('-', '_')))).isTrue();
    assertThat(belongs(scope.formatted(OTHER.replace('-', '_')))).isFalse();
  }

  @Test
  void theCgroupDriverOfTheKubeletWritesItPlainly() {
    assertThat(belongs("4:memory:/kubepods/burstable/pod" + UID + "/abc")).isTrue();
    assertThat(belongs("4:memory:/kubepods/burstable/pod" + OTHER + "/abc")).isFalse();
  }

  @Test
  void aNodeInAPodNamesTheInnerPodLast() {
    assertThat(belongs("0::/kubepods/pod" + OTHER + "/x/kubelet/kubepods/pod" + UID + "/c"))
        .isTrue();
    assertThat(belongs("0::/kubepods/pod" + UID + "/x/kubelet/kubepods/pod" + OTHER + "/c"))
        .isFalse();
  }

  @Test
  void withoutPodsInCgroupsTheMountedVolumeCounts() {
    String mount =
        "412 390 8:1 /var/lib/kubelet/pods/%s/volumes/kubernetes.io~empty-dir/sockets"
            + " /run/kubevirt/sockets rw,relatime - ext4 /dev/sda1 rw";

    assertThat(PodProof.belongs(UID, NO_POD, List.of(mount.formatted(UID)))).isTrue();
    assertThat(PodProof.belongs(UID, NO_POD, List.of(mount.formatted(OTHER)))).isFalse();
    assertThat(PodProof.belongs(UID, NO_POD, List.of("", "1 2 3"))).isFalse();
  }

  @Test
  void aVolumeDoesNotOutweighACgroupThatNamesAnotherPod() {
    String mount = "1 2 8:1 /pods/" + UID + "/" + Launchers.SOCKETS + " /s rw - ext4 x rw";

    assertThat(PodProof.belongs(UID, List.of("0::/kubepods/pod" + OTHER + "/c"), List.of(mount)))
        .isFalse();
  }

  private static boolean belongs(String cgroup) {
    return PodProof.belongs(UID, List.of(cgroup), List.of());
  }
}
