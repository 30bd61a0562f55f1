package io.conntracksync.e2e.product;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** In which form the programs come: as the archives of a checkout, or as images. */
public sealed interface Delivery permits Archives, Images {
  /** The checkout that made them. */
  Build build();

  /**
   * The words that start a program with these variables and settings, for the API server of this
   * kubeconfig; the process becomes the program. They are to be run where it is to be, as root.
   */
  List<String> start(
      Program program, Path kubeconfig, Map<String, String> variables, List<String> settings);
}
