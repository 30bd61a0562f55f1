package io.conntracksync.e2e.report;

/** Colours of a terminal (ECMA-48), or none where the user wants none. */
enum Paint {
  COLOURED,
  NONE;

  String good(String text) {
    return paint("32", text);
  }

  String bad(String text) {
    return paint("31;1", text);
  }

  String strong(String text) {
    return paint("1", text);
  }

  String faint(String text) {
    return paint("2", text);
  }

  private String paint(String code, String text) {
    return this == NONE ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
