package io.conntracksync.e2e.controlplane;

/**
 * One request as the API server noted it.
 *
 * @param account the service account that asked
 * @param verb such as {@code get} or {@code patch}
 * @param group of the API; empty for the core, and for what is no resource
 * @param resource with its subresource: {@code pods/status}; empty for what is no resource
 * @param namespace empty for what is in none
 * @param name empty where all of a kind are asked for
 * @param code the answer's
 * @param why which role allowed it, or the words of the refusal
 */
public record ApiRequest(
    String account,
    String verb,
    String group,
    String resource,
    String namespace,
    String name,
    int code,
    String why) {
  private static final int FORBIDDEN = 403;

  /** Whether the server refused it for want of a right. */
  public boolean isForbidden() {
    return code == FORBIDDEN;
  }
}
