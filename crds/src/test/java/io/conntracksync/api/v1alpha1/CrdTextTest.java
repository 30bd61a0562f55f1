package io.conntracksync.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read of the CRDs: {@code kubectl explain}, {@code kubectl get}. */
class CrdTextTest {
  // The API server describes these itself.
  private static final Set<String> COMMON = Set.of(".apiVersion", ".kind", ".metadata");

  @ParameterizedTest
  @ValueSource(strings = {Crds.SYNCS, Crds.NODES})
  void everyFieldHasADescription(String plural) {
    List<String> silent = new ArrayList<>();
    collectSilent("", version(Crds.shipped(plural)).getSchema().getOpenAPIV3Schema(), silent);
    silent.removeAll(COMMON);

    assertThat(silent).as("fields without a description in %s.yaml", plural).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {Crds.SYNCS, Crds.NODES})
  void everyRuleHasAMessage(String plural) {
    List<String> silent = new ArrayList<>();
    collectSilentRules("", version(Crds.shipped(plural)).getSchema().getOpenAPIV3Schema(), silent);

    assertThat(silent).as("rules without a message in %s.yaml", plural).isEmpty();
  }

  @Test
  void theColumnsOfSyncsAreThoseOfTheDesign() {
    assertThat(columns(Crds.SYNCS))
        .containsExactly("VM", "Source", "Target", "Port", "Phase", "Entries", "Hook", "Age");
  }

  @Test
  void theColumnsOfNodesSayWhetherTheAgentIsReady() {
    assertThat(columns(Crds.NODES))
        .containsExactly("Backend", "Address", "Ready", "Entries", "Capacity", "Age");
  }

  private static List<String> columns(String plural) {
    return version(Crds.shipped(plural)).getAdditionalPrinterColumns().stream()
        .filter(column -> column.getPriority() == null || column.getPriority() == 0)
        .map(CustomResourceColumnDefinition::getName)
        .toList();
  }

  private static void collectSilent(String path, JSONSchemaProps schema, List<String> silent) {
    if (schema.getDescription() == null || schema.getDescription().isBlank()) {
      silent.add(path);
    }
    if (schema.getItems() != null) {
      collectSilent(path + "[]", schema.getItems().getSchema(), silent);
    }
    if (schema.getProperties() != null) {
      schema
          .getProperties()
          .forEach((name, field) -> collectSilent(path + "." + name, field, silent));
    }
  }

  private static void collectSilentRules(String path, JSONSchemaProps schema, List<String> silent) {
    if (schema.getXKubernetesValidations() != null) {
      schema.getXKubernetesValidations().stream()
          .filter(rule -> rule.getMessage() == null)
          .forEach(rule -> silent.add(path + ": " + rule.getRule()));
    }
    if (schema.getItems() != null) {
      collectSilentRules(path + "[]", schema.getItems().getSchema(), silent);
    }
    if (schema.getProperties() != null) {
      schema
          .getProperties()
          .forEach((name, field) -> collectSilentRules(path + "." + name, field, silent));
    }
  }

  private static CustomResourceDefinitionVersion version(CustomResourceDefinition crd) {
    return crd.getSpec().getVersions().get(0);
  }
}
