package io.conntracksync.e2e.product;

import io.conntracksync.e2e.controlplane.Chart;
import java.nio.file.Path;

/**
 * The images of this checkout as the chart's pods have them, unpacked once for all tests of a run:
 * nothing is ever written into them.
 */
public final class SharedImages {
  private static final Path FOLDER = Path.of("target/shared-images").toAbsolutePath();

  private SharedImages() {}

  /** The first call takes a moment. */
  public static Images ofThisCheckout() {
    return Unpacked.IMAGES;
  }

  private static final class Unpacked {
    static final Images IMAGES = unpack(Build.ofThisCheckout());

    private static Images unpack(Build build) {
      Chart chart = Chart.ofCheckout(build.root(), FOLDER.resolve("chart"));
      return Images.unpack(build, FOLDER, chart.objects());
    }
  }
}
