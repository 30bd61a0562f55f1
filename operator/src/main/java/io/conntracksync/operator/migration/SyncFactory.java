package io.conntracksync.operator.migration;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.ConntrackSyncSpec;
import io.conntracksync.api.v1alpha1.DurationText;
import io.conntracksync.api.v1alpha1.MigrationReference;
import io.conntracksync.api.v1alpha1.PodReference;
import io.conntracksync.operator.kubevirt.KubeVirt;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes a draft down as the object to be created. */
final class SyncFactory {
  // A label's value has at most 63 characters, a VM's name may have more.
  private static final int LONGEST_LABEL = 63;

  private SyncFactory() {}

  static ConntrackSync sync(
      SyncDraft draft, Optional<String> sourcePodUid, Optional<String> targetPodUid) {
    ConntrackSync sync = new ConntrackSync();
    sync.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(draft.namespace())
            .withName(draft.migrationName())
            .withLabels(labels(draft))
            // No owner: a cancelled migration vanishes within moments, and the sync must still be
            // there for the target to read that it was called off.
            .build());
    sync.setSpec(spec(draft, sourcePodUid, targetPodUid));
    return sync;
  }

  private static ConntrackSyncSpec spec(
      SyncDraft draft, Optional<String> sourcePodUid, Optional<String> targetPodUid) {
    return new ConntrackSyncSpec(
        draft.instance(),
        new MigrationReference(draft.migrationName(), draft.migrationUid()),
        draft.sourceNode(),
        draft.targetNode(),
        pod(draft.sourcePod(), sourcePodUid),
        pod(draft.targetPod(), targetPodUid),
        draft.addresses(),
        draft.namespace() + "_" + draft.instance(),
        DurationText.format(draft.values().hookDeadline()),
        DurationText.format(draft.values().switchoverDeadline()),
        draft.values().failurePolicy(),
        DurationText.format(draft.values().timeout()),
        DurationText.format(draft.values().ttlAfterFinished()));
  }

  // A name without a uid could be another pod by the time an agent looks: then rather none.
  private static PodReference pod(Optional<String> name, Optional<String> uid) {
    return name.flatMap(n -> uid.map(u -> new PodReference(n, u))).orElse(null);
  }

  private static Map<String, String> labels(SyncDraft draft) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("app.kubernetes.io/managed-by", "conntracksync-operator");
    labels.put("app.kubernetes.io/part-of", "conntracksync");
    if (draft.instance().length() <= LONGEST_LABEL) {
      labels.put(KubeVirt.VMI_NAME_LABEL, draft.instance());
    }
    return labels;
  }
}
