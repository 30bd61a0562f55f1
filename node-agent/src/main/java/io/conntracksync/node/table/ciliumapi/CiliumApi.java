package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.TableException;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * The calls of Cilium's agent that a table needs. Every method throws {@link CiliumApiException}
 * with its own fault for whatever is not the answer expected. Safe for several threads. Source:
 * facts/cilium.md, 1 and 10.
 */
final class CiliumApi {
  private static final String VERSION_HEADER = "Cilium-Conntrack-Export-Version";
  private static final String VERSION = "1";
  private static final MediaType OCTETS = MediaType.get("application/octet-stream");

  /** More than any VM has; below it a faulty answer costs us 9 MB. */
  private static final int MAX_RECORDS = 131_072;

  private static final int MAX_TEXT = 1024 * 1024;

  /** Enough of an error's text to know it by. */
  private static final int SHOWN_TEXT = 120;

  private final AgentCalls calls;

  CiliumApi(Path socket, Duration patience) {
    this.calls = new AgentCalls(socket, patience);
  }

  /**
   * All entries of the VM with this address. What Cilium's agent could not read of its maps is left
   * out without a word: it has answered 200 by then.
   */
  List<ApiRecord> export(Inet4Address address) throws TableException {
    String name = "export of " + address.getHostAddress();
    Request request =
        new Request.Builder()
            .url(url("conntrack/export").addQueryParameter("ip4", address.getHostAddress()).build())
            .header("Accept", OCTETS.toString())
            .build();
    AgentCalls.Answer answer = calls.call(name, request, MAX_RECORDS * ApiRecord.LENGTH);
    requireSuccess(name, answer);
    requireVersion(name, answer);
    if (answer.body().length % ApiRecord.LENGTH != 0) {
      throw new CiliumApiException(
          ApiFault.UNEVEN,
          name,
          "%d bytes, which is no multiple of %d".formatted(answer.body().length, ApiRecord.LENGTH));
    }
    return ApiRecord.readAll(answer.body());
  }

  /**
   * Hands over all records in one request, as they stand together: ids of services are translated
   * by the services among them. Success says nothing of what became of them.
   */
  void importAll(List<ApiRecord> records) throws TableException {
    String name = "import of " + records.size() + " records";
    Request request =
        new Request.Builder()
            .url(url("conntrack/import").build())
            .header(VERSION_HEADER, VERSION)
            .post(RequestBody.create(ApiRecord.writeAll(records), OCTETS))
            .build();
    requireSuccess(name, calls.call(name, request, MAX_TEXT));
  }

  /** In which unit the lifetimes of this node are. */
  ClockUnit clock() throws TableException {
    return health()
        .clock()
        .orElseThrow(
            () ->
                new CiliumApiException(
                    ApiFault.CLOCK_UNKNOWN, "healthz", "the answer names no clock source"));
  }

  /** What the agent says of itself. */
  CiliumHealth health() throws TableException {
    String name = "healthz";
    Request request =
        new Request.Builder().url(url("healthz").build()).header("brief", "false").build();
    AgentCalls.Answer answer = calls.call(name, request, MAX_TEXT);
    requireSuccess(name, answer);
    return CiliumHealth.read(answer.body())
        .orElseThrow(
            () ->
                new CiliumApiException(
                    ApiFault.UNINTELLIGIBLE,
                    name,
                    "%s does not tell of a Cilium".formatted(calls.socket())));
  }

  private static HttpUrl.Builder url(String path) {
    return new HttpUrl.Builder()
        .scheme("http")
        .host("localhost")
        .addPathSegment("v1")
        .addPathSegments(path);
  }

  private static void requireSuccess(String name, AgentCalls.Answer answer)
      throws CiliumApiException {
    int status = answer.status();
    if (status == 200) {
      return;
    }
    throw new CiliumApiException(fault(status), name, "status " + status + text(answer.body()));
  }

  private static ApiFault fault(int status) {
    if (status == 404) {
      return ApiFault.NOT_OFFERED;
    }
    if (status >= 500) {
      return ApiFault.FAILED;
    }
    return status >= 400 ? ApiFault.REJECTED : ApiFault.UNINTELLIGIBLE;
  }

  private static void requireVersion(String name, AgentCalls.Answer answer)
      throws CiliumApiException {
    String version =
        answer
            .header(VERSION_HEADER)
            .orElseThrow(
                () ->
                    new CiliumApiException(
                        ApiFault.VERSION_MISSING,
                        name,
                        "the answer has no header " + VERSION_HEADER));
    if (!version.equals(VERSION)) {
      throw new CiliumApiException(
          ApiFault.VERSION_UNKNOWN,
          name,
          "version \"%s\" of the records, known is %s".formatted(shown(version), VERSION));
    }
  }

  private static String text(byte[] body) {
    String text = shown(new String(body, StandardCharsets.UTF_8));
    return text.isEmpty() ? "" : ", \"" + text + "\"";
  }

  /** What others wrote stands in logs and in the status: short, and on one line. */
  private static String shown(String foreign) {
    String line = foreign.strip().replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= SHOWN_TEXT ? line : line.substring(0, SHOWN_TEXT) + "…";
  }
}
