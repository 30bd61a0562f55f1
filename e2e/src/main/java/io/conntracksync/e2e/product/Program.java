package io.conntracksync.e2e.product;

/** The programs of the product. */
public enum Program {
  OPERATOR("operator", "io.conntracksync.operator.program.Main", "64m"),
  AGENT("node-agent", "io.conntracksync.node.agent.Main", "160m");

  private final String module;
  private final String mainClass;
  private final String heap;

  Program(String module, String mainClass, String heap) {
    this.module = module;
    this.mainClass = mainClass;
    this.heap = heap;
  }

  /** Its folder in the checkout, and the name of its image. */
  String module() {
    return module;
  }

  String mainClass() {
    return mainClass;
  }

  /** The most that its heap may take, as in its image and in the guide. */
  String heap() {
    return heap;
  }
}
