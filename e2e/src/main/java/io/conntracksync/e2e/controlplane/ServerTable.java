package io.conntracksync.e2e.controlplane;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What {@code kubectl get} prints, without kubectl: the API server makes the table itself when it
 * is asked for the media type {@code as=Table}. Columns of a wide view are left out.
 */
public record ServerTable(List<String> columns, List<List<String>> rows) {
  private static final String AS_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
  private static final int GAP = 3;
  private static final int PATIENCE_SECONDS = 10;

  public ServerTable {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** The table of a list, such as {@code /apis/conntracksync.io/v1alpha1/conntracksyncs}. */
  public static ServerTable of(KubernetesClient client, String path) {
    var http = client.getHttpClient();
    var request =
        http.newHttpRequestBuilder()
            .uri(client.getMasterUrl().toString().replaceFirst("/$", "") + path)
            .header("Accept", AS_TABLE)
            .build();
    try {
      HttpResponse<String> response =
          http.sendAsync(request, String.class).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!response.isSuccessful()) {
        throw new IllegalStateException(
            "GET " + path + " was answered " + response.code() + ": " + response.bodyString());
      }
      return of(
          client
              .getKubernetesSerialization()
              .unmarshal(response.bodyString(), GenericKubernetesResource.class));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading " + path, e);
    } catch (ExecutionException | TimeoutException | java.io.IOException e) {
      throw new IllegalStateException("cannot read " + path, e);
    }
  }

  private static ServerTable of(GenericKubernetesResource table) {
    List<Map<String, Object>> definitions = table.get("columnDefinitions");
    List<Integer> shown =
        IntStream.range(0, definitions.size())
            .filter(column -> definitions.get(column).get("priority").equals(0))
            .boxed()
            .toList();
    List<Map<String, Object>> rows = table.get("rows");
    return new ServerTable(
        shown.stream().map(column -> definitions.get(column).get("name").toString()).toList(),
        rows.stream()
            .map(row -> (List<?>) row.get("cells"))
            .map(cells -> shown.stream().map(column -> text(cells.get(column))).toList())
            .toList());
  }

  private static String text(Object cell) {
    return cell == null ? "<none>" : cell.toString();
  }

  /** Aligned as kubectl aligns it, headings in capitals, one line a row, no final line break. */
  public String text() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns.stream().map(name -> name.toUpperCase(Locale.ROOT)).toList());
    lines.addAll(rows);
    List<Integer> widths =
        IntStream.range(0, columns.size())
            .mapToObj(
                column -> lines.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toList();
    return lines.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n"));
  }

  private static String line(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      line.append(cell).append(" ".repeat(widths.get(column) - cell.length() + GAP));
    }
    return line.toString().stripTrailing();
  }
}
