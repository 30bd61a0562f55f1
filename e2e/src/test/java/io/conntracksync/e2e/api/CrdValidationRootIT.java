package io.conntracksync.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.controlplane.SharedControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the CRDs, as a user meets them: against the real API server. */
@ExtendWith(SharedControlPlane.class)
class CrdValidationRootIT {
  private static final int NOT_UNDERSTOOD = 400;
  private static final int NOT_ALLOWED = 422;

  private final KubernetesClient client;

  CrdValidationRootIT(ControlPlane controlPlane) {
    client = controlPlane.admin();
  }

  static Stream<Example> valid() {
    return Example.valid();
  }

  static Stream<Example> invalid() {
    return Example.invalid();
  }

  @ParameterizedTest
  @MethodSource
  void valid(Example example) {
    try {
      example.documents().forEach(this::apply);
    } finally {
      remove(example);
    }
  }

  @ParameterizedTest
  @MethodSource
  void invalid(Example example) {
    try {
      example.allButTheLast().forEach(this::apply);

      assertThatThrownBy(() -> apply(example.last()))
          .isInstanceOfSatisfying(
              KubernetesClientException.class,
              e -> {
                assertThat(e.getCode()).isIn(NOT_ALLOWED, NOT_UNDERSTOOD);
                assertThat(e.getStatus().getMessage()).contains(example.expected());
              });
    } finally {
      remove(example);
    }
  }

  @Test
  void everyExampleIsUsed() {
    assertThat(Example.files().map(Path::getFileName).map(Path::toString))
        .as("crds/examples holds valid-*.yaml and invalid-*.yaml only: others would not be tested")
        .allMatch(name -> name.matches("(valid|invalid)-[a-z0-9-]+\\.yaml"));
    assertThat(Example.invalid())
        .as("the first line of an invalid example says `# expect: <text>`")
        .noneMatch(example -> example.expected().isBlank());
  }

  /** What kubectl does: it validates fields strictly; a status goes through its subresource. */
  private void apply(GenericKubernetesResource document) {
    Resource<GenericKubernetesResource> resource = resource(document);
    if (document.getAdditionalProperties().containsKey("status")) {
      document.getMetadata().setResourceVersion(null);
      resource.fieldValidation(Validation.STRICT).updateStatus();
    } else if (resource.get() == null) {
      resource.fieldValidation(Validation.STRICT).create();
    } else {
      resource.fieldValidation(Validation.STRICT).update();
    }
  }

  private void remove(Example example) {
    example.documents().forEach(document -> resource(document).delete());
  }

  private Resource<GenericKubernetesResource> resource(GenericKubernetesResource document) {
    return client.resource(document);
  }
}
