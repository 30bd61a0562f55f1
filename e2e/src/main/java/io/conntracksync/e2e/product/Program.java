package io.conntracksync.e2e.product;

/** The programs of the product. */
public enum Program {
  OPERATOR("operator", "io.conntracksync.operator.program.Main"),
  AGENT("node-agent", "io.conntracksync.node.agent.Main");

  private final String module;
  private final String mainClass;

  Program(String module, String mainClass) {
    this.module = module;
    this.mainClass = mainClass;
  }

  /** Its folder in the checkout, and the name of its image. */
  String module() {
    return module;
  }

  String mainClass() {
    return mainClass;
  }
}
