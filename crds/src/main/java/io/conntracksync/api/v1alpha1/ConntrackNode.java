package io.conntracksync.api.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** The agent of one node, named after the node; it has no spec. */
@Group(ConntrackSync.GROUP)
@Version("v1alpha1")
@Kind("ConntrackNode")
@Singular("conntracknode")
@Plural("conntracknodes")
@ShortNames("ctn")
public class ConntrackNode extends CustomResource<Void, ConntrackNodeStatus> {
  private static final long serialVersionUID = 1L;
}
