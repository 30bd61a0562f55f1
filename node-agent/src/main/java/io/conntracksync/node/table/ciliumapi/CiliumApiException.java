package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.TableException;

/** A call of Cilium's agent went wrong: {@code <fault>: <call>: <what was found>; <what to do>}. */
public final class CiliumApiException extends TableException {
  private static final long serialVersionUID = 1L;

  private final ApiFault fault;

  CiliumApiException(ApiFault fault, String call, String found) {
    super(text(fault, call, found));
    this.fault = fault;
  }

  CiliumApiException(ApiFault fault, String call, String found, Throwable cause) {
    super(text(fault, call, found), cause);
    this.fault = fault;
  }

  public ApiFault fault() {
    return fault;
  }

  private static String text(ApiFault fault, String call, String found) {
    return "%s: %s: %s; %s".formatted(fault.text(), call, found, fault.hint());
  }
}
