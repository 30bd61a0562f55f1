package io.conntracksync.e2e.chart;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A patch as it is: the client's own reads the object first, which not everybody may. */
final class MergePatch {
  private static final int PATIENCE_SECONDS = 30;

  private MergePatch() {}

  /** Throws {@link KubernetesClientException} with the API server's words when it is refused. */
  static void send(KubernetesClient client, String path, String patch) {
    var http = client.getHttpClient();
    var request =
        http.newHttpRequestBuilder()
            .uri(client.getMasterUrl().toString().replaceFirst("/$", "") + path)
            .method("PATCH", "application/merge-patch+json", patch)
            .build();
    try {
      HttpResponse<String> response =
          http.sendAsync(request, String.class).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!response.isSuccessful()) {
        throw new KubernetesClientException(response.bodyString(), response.code(), null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while patching " + path, e);
    } catch (ExecutionException | TimeoutException | IOException e) {
      throw new IllegalStateException("cannot patch " + path, e);
    }
  }
}
