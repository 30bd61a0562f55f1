package io.conntracksync.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One migration of one VM, seen from its connection-tracking entries. */
@Group(ConntrackSync.GROUP)
@Version("v1alpha1")
@Kind("ConntrackSync")
@Singular("conntracksync")
@Plural("conntracksyncs")
@ShortNames("cts")
public class ConntrackSync extends CustomResource<ConntrackSyncSpec, ConntrackSyncStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;

  /** The API group of all resources of this project. */
  public static final String GROUP = "conntracksync.io";
}
