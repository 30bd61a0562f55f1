package io.conntracksync.e2e.bed;

import io.conntracksync.e2e.process.Command;
import java.util.List;

/**
 * libvirt's client for one daemon.
 *
 * @param words that start it; the process becomes the client
 */
record Virsh(List<String> words) {
  Virsh {
    words = List.copyOf(words);
  }

  Command command(String... what) {
    return Command.of(what).after(words);
  }
}
