package io.conntracksync.node.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SystemCallExceptionTest {
  @Test
  void namesTheCallTheObjectTheErrorAndWhatToDo() {
    assertThat(new SystemCallException("bind", "netlink protocol 12", 1))
        .hasMessageStartingWith("bind netlink protocol 12 failed: EPERM; needs CAP_NET_ADMIN");
  }

  @Test
  void anErrorThatIsNotInTheListKeepsItsNumber() {
    assertThat(new SystemCallException("bind", "x", 71)).hasMessage("bind x failed: errno 71");
  }

  @Test
  void theKernelsOwnErrorIsRead() {
    Path nowhere = Path.of("/proc/self/ns/nothing");

    assertThatThrownBy(() -> NetworkNamespace.open(nowhere))
        .isInstanceOf(SystemCallException.class)
        .hasMessage("open /proc/self/ns/nothing failed: ENOENT");
  }
}
