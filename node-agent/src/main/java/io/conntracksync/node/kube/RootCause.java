package io.conntracksync.node.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.concurrent.CompletionException;

/**
 * What lies behind an error of the client: without an answer, its message only names the request.
 */
final class RootCause {
  private RootCause() {}

  /** The message of the first error that is not a wrapper, or its kind when it has none. */
  static String of(Throwable error) {
    Throwable behind = error;
    while (isWrapper(behind) && behind.getCause() != null) {
      behind = behind.getCause();
    }
    String message = behind.getMessage();
    return message == null ? behind.getClass().getSimpleName() : message;
  }

  private static boolean isWrapper(Throwable error) {
    return error instanceof KubernetesClientException || error instanceof CompletionException;
  }
}
