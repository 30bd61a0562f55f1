package io.conntracksync.operator.events;

import io.conntracksync.operator.log.LogKeys;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code events.k8s.io/v1} Events. The name of an Event is made from what it says and about
 * whom, so the API server itself drops a second one (409), also from another or a restarted
 * operator.
 */
public final class KubernetesEvents implements EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesEvents.class);
  private static final String CONTROLLER = "conntracksync.io/operator";

  // metav1.MicroTime is parsed with exactly six digits.
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final Clock clock;
  private final String instance;
  private final Runnable failed;

  /** {@code failed} is told of each Event that could not be written. */
  public KubernetesEvents(KubernetesClient client, Clock clock, String instance, Runnable failed) {
    this.client = client;
    this.clock = clock;
    this.instance = instance;
    this.failed = failed;
  }

  @Override
  public void publish(Subject subject, Notice notice) {
    try {
      client.resource(event(subject, notice)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return; // said already
      }
      failed.run();
      LOG.atWarn()
          .addKeyValue(LogKeys.REASON, notice.reason())
          .addKeyValue(LogKeys.MESSAGE, notice.message())
          .setCause(e)
          .log("event not written, going on without");
    }
  }

  private Event event(Subject subject, Notice notice) {
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(subject.namespace())
        .withName(name(subject, notice))
        .endMetadata()
        .withEventTime(new MicroTime(MICRO_TIME.format(clock.instant())))
        .withReportingController(CONTROLLER)
        .withReportingInstance(instance)
        .withAction("Sync")
        .withType(notice.weight().text())
        .withReason(notice.reason())
        .withNote(notice.message())
        .withRegarding(
            new ObjectReferenceBuilder()
                .withApiVersion(subject.apiVersion())
                .withKind(subject.kind())
                .withNamespace(subject.namespace())
                .withName(subject.name())
                .withUid(subject.uid())
                .build())
        .build();
  }

  private static String name(Subject subject, Notice notice) {
    String said = String.join("\n", subject.uid(), notice.reason(), notice.message());
    String digest = UUID.nameUUIDFromBytes(said.getBytes(StandardCharsets.UTF_8)).toString();
    // An object's name has at most 253 characters, the digest and the dot take 37.
    String prefix = subject.name().substring(0, Math.min(subject.name().length(), 210));
    return prefix + "." + digest;
  }
}
