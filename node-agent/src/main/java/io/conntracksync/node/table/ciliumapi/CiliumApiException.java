package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.TableException;

/** A call of Cilium's agent went wrong: {@code <fault>: <call>: <what was found>; <what to do>}. */
public final class CiliumApiException extends TableException {
  private static final long serialVersionUID = 1L;

  CiliumApiException(ApiFault fault, String call, String found) {
    super(fault.ofTable(), text(fault, call, found));
  }

  CiliumApiException(ApiFault fault, String call, String found, Throwable cause) {
    super(fault.ofTable(), text(fault, call, found), cause);
  }

  private static String text(ApiFault fault, String call, String found) {
    return "%s: %s: %s; %s".formatted(fault.text(), call, found, fault.hint());
  }
}
