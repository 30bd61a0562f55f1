package io.conntracksync.node.table.ciliumbpf;

import io.conntracksync.node.table.TableException;
import io.conntracksync.node.table.TableFault;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of Cilium as it says itself. */
record CiliumVersion(int major, int minor) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\..*");
  private static final int MAJOR = 1;
  private static final int UNKNOWN = -1;

  /** From text that begins like {@code 1.20.2 (v1.20.2-4b6a1c)}. */
  static CiliumVersion parse(String text) throws TableException {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new TableException(
          TableFault.VERSION_UNKNOWN, "Cilium says that its version is \"" + text + "\"");
    }
    return new CiliumVersion(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  Generation generation() throws TableException {
    // The layout may change without a sign: what was not read in its source is left alone.
    return switch (major == MAJOR ? minor : UNKNOWN) {
      case 15 -> Generation.V1_15;
      case 16, 17 -> Generation.V1_16;
      case 18 -> Generation.V1_18;
      case 19, 20 -> Generation.V1_19;
      default ->
          throw new TableException(
              TableFault.VERSION_UNKNOWN,
              "this node runs Cilium %d.%d; known are 1.15 to 1.20, others may lay entries out"
                      .formatted(major, minor)
                  + " differently");
    };
  }
}
