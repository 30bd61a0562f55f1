package io.conntracksync.node.kube;

import io.conntracksync.api.v1alpha1.Assignment;
import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.ConntrackSyncStatus;
import io.conntracksync.api.v1alpha1.FailurePolicy;
import io.conntracksync.api.v1alpha1.Phase;
import io.conntracksync.node.session.Finding;
import io.conntracksync.node.session.SourceProgress;
import io.conntracksync.node.session.TargetProgress;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a sync that does not exist and writes both parts of its status, which the API server
 * answers with 404: classes and connection are there when the first migration wants them.
 */
public final class StatusRehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(StatusRehearsal.class);

  /** So the log knows what not to show, see logback.xml. */
  private static final String UID = "rehearsal";

  private static final String NAME = "conntracksync-rehearsal";
  private static final String ADDRESS = "192.0.2.1"; // for examples, RFC 5737
  private static final int PORT = 28152;
  private static final int ROUNDS = 5;

  private final KubernetesClient client;
  private final SyncKey sync;
  private final StatusFactory factory;
  private final SyncReader reader = new SyncReader(Duration.ZERO);

  public StatusRehearsal(ApiConnection connection, String namespace, Clock clock) {
    this.client = connection.client();
    this.sync = new SyncKey(namespace, NAME, UID);
    this.factory = new StatusFactory(clock);
  }

  /** Never throws: what went wrong is logged. */
  public void play() {
    SyncContext.during(
        sync,
        () -> {
          int rounds = 0;
          while (rounds < ROUNDS && round() != WriteResult.PASSING) {
            rounds++;
          }
        });
  }

  /** {@code PASSING}: the API server is away, and asking again would only take time. */
  private WriteResult round() {
    try {
      var unused = reader.read(client.getKubernetesSerialization().clone(assigned()));
      Finding finding = new Finding(Finding.Verdict.YES, "Rehearsed", "nothing was synced");
      write(new SourcePart(), new SourceProgress(finding, 1, 1, 1));
      return write(
          new TargetPart(),
          new TargetProgress(
              finding,
              PORT,
              1,
              1,
              Map.of(),
              Optional.of(1L),
              Optional.empty(),
              Optional.empty(),
              0));
    } catch (RuntimeException e) {
      LOG.atDebug().setCause(e).log("status not rehearsed");
      return WriteResult.PASSING;
    }
  }

  private <P> WriteResult write(StatusPart<P> part, P progress) {
    var condition =
        factory.condition(
            part.role().conditionType(), part.finding(progress), Optional.of(1L), Optional.empty());
    ConntrackSyncStatus body = part.body(UID, 0, progress, List.of(condition), Optional.empty());
    return new ApplyStatus(client, part.role()).write(sync, body);
  }

  private ConntrackSync assigned() {
    ConntrackSync made = new ConntrackSync();
    made.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(sync.namespace())
            .withName(sync.name())
            .withUid(sync.uid())
            .build());
    made.setSpec(
        new ConntrackSyncSpec(
            NAME,
            null,
            NAME + "-a",
            NAME + "-b",
            null,
            null,
            List.of(ADDRESS),
            NAME,
            "200ms",
            "100ms",
            FailurePolicy.IGNORE,
            "30m",
            "1h"));
    made.setStatus(
        new ConntrackSyncStatus(
            null,
            Phase.ASSIGNED,
            null,
            null,
            null,
            null,
            new Assignment(ADDRESS, PORT, null),
            null,
            null,
            null));
    return made;
  }
}
