package io.conntracksync.e2e.controlplane;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** Tokens of service accounts, as the kubelet asks for them on behalf of pods. */
final class ServiceAccounts {
  private final KubernetesClient admin;

  ServiceAccounts(KubernetesClient admin) {
    this.admin = admin;
  }

  String token(String namespace, String name) {
    ensure(namespace, name);
    return request(namespace, name, new TokenRequestBuilder().withNewSpec().endSpec().build());
  }

  /**
   * A token that names the node its bearer runs on, in the user's extra fields {@code
   * authentication.kubernetes.io/node-name} and {@code node-uid}, as the token of a pod does. The
   * Node must exist.
   */
  String tokenOnNode(String namespace, String name, String nodeName) {
    Node node = admin.nodes().withName(nodeName).get();
    if (node == null) {
      throw new IllegalStateException(
          "there is no Node " + nodeName + ": create it before asking for a token bound to it");
    }
    ensure(namespace, name);
    return request(namespace, name, boundTo("Node", nodeName, node.getMetadata().getUid()));
  }

  /** The token of a pod, which names the pod and its node. */
  String tokenOf(Pod pod) {
    ObjectMeta meta = pod.getMetadata();
    return request(
        meta.getNamespace(),
        pod.getSpec().getServiceAccountName(),
        boundTo("Pod", meta.getName(), meta.getUid()));
  }

  private static TokenRequest boundTo(String kind, String name, String uid) {
    return new TokenRequestBuilder()
        .withNewSpec()
        .withNewBoundObjectRef()
        .withApiVersion("v1")
        .withKind(kind)
        .withName(name)
        .withUid(uid)
        .endBoundObjectRef()
        .endSpec()
        .build();
  }

  private String request(String namespace, String name, TokenRequest request) {
    return admin
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(name)
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }

  private void ensure(String namespace, String name) {
    Namespace home =
        new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build();
    admin.resource(home).serverSideApply();
    ServiceAccount account =
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .build();
    admin.resource(account).serverSideApply();
  }
}
