package io.conntracksync.node.agent;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class AgentVersion implements IVersionProvider {
  /** What is said when the classes come from no jar, as in tests. */
  private static final String UNPACKAGED = "unpackaged";

  static String text() {
    String version = AgentVersion.class.getPackage().getImplementationVersion();
    return version == null ? UNPACKAGED : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {text()};
  }
}
