package io.conntracksync.node.backend;

import io.conntracksync.node.backend.Sight.Kind;
import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.ciliumapi.CiliumApiTable;
import io.conntracksync.node.table.ciliumbpf.CiliumBpfTable;
import io.conntracksync.node.table.ciliumbpf.CiliumPaths;
import java.nio.file.Files;

/** {@link CiliumProbe} in earnest: opens either table as it would be opened for use. */
final class NodeCiliumProbe implements CiliumProbe {
  private final CiliumPaths paths;

  NodeCiliumProbe(CiliumPaths paths) {
    this.paths = paths;
  }

  @Override
  public Sight api() {
    if (!Files.exists(paths.socket())) {
      return new Sight(Kind.ABSENT, "there is no " + paths.socket());
    }
    try (CiliumApiTable found =
        CiliumApiTable.open(paths.socket(), CiliumApiTable.DEFAULT_PATIENCE)) {
      return new Sight(
          Kind.USABLE, "the agent at %s speaks %s".formatted(paths.socket(), found.format()));
    } catch (TableException e) {
      return new Sight(kind(e), e.getMessage());
    }
  }

  @Override
  public Sight maps() {
    try (CiliumBpfTable found = CiliumBpfTable.open(paths)) {
      return new Sight(
          Kind.USABLE, "maps of %s are pinned in %s".formatted(found.format(), paths.maps()));
    } catch (TableException e) {
      return new Sight(kind(e), e.getMessage());
    }
  }

  private static Kind kind(TableException error) {
    return switch (error.fault()) {
      case MAPS_ABSENT -> Kind.ABSENT;
      case API_NOT_OFFERED -> Kind.NOT_OFFERED;
      case API_FORBIDDEN,
          API_UNEVEN,
          API_OVERSIZED,
          API_VERSION_MISSING,
          API_VERSION_UNKNOWN,
          API_REJECTED,
          API_UNINTELLIGIBLE,
          MAPS_FORBIDDEN,
          LAYOUT_UNKNOWN,
          VERSION_UNKNOWN ->
          Kind.UNUSABLE;
      // What is merely being started.
      case TABLE_FAILED,
          API_ABSENT,
          API_HUNG,
          API_BUSY,
          API_TRUNCATED,
          API_FAILED,
          API_CLOCK_UNKNOWN,
          CLOCK_UNKNOWN,
          CLOCK_MISMATCH ->
          Kind.NOT_YET;
    };
  }
}
