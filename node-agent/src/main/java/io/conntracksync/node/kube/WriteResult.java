package io.conntracksync.node.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** How a write ended, as the next step depends on it. */
public enum WriteResult {
  /** The API server has it. */
  WRITTEN,
  /** No answer, or one that a later try may change. */
  PASSING,
  /** Another writer owns one of the fields: a bug of one of the two, never forced. */
  CONFLICT,
  /** There is no such object. */
  GONE,
  /** The API server will never take it: a bug, or a schema older than the agent. */
  REJECTED;

  /**
   * The result behind an error. 401 and 403 may pass (a token is renewed, a role is being
   * installed); code 0 or below means that there was no answer at all.
   */
  static WriteResult of(KubernetesClientException error) {
    int code = error.getCode();
    if (code <= 0 || code == 401 || code == 403 || code == 408 || code == 429 || code >= 500) {
      return PASSING;
    }
    return switch (code) {
      case 404 -> GONE;
      case 409 -> CONFLICT;
      default -> REJECTED;
    };
  }
}
