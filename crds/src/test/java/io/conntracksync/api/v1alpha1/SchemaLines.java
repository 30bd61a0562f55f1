package io.conntracksync.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The shape of a CRD as one line a field: {@code spec.timeout : string}, with the allowed values
 * where there are any. Bounds, rules and descriptions are the YAML's alone and left out.
 */
final class SchemaLines {
  private SchemaLines() {}

  static SortedSet<String> of(CustomResourceDefinition crd) {
    SortedSet<String> lines = new TreeSet<>();
    var root = crd.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
    for (String part : new String[] {"spec", "status"}) {
      JSONSchemaProps schema = root.getProperties().get(part);
      // A kind without a spec has Void there in Java, which comes out as an object of no fields.
      if (schema != null && !schema.getProperties().isEmpty()) {
        describe(part, schema, lines);
      }
    }
    return lines;
  }

  private static void describe(String path, JSONSchemaProps schema, SortedSet<String> lines) {
    lines.add(path + " : " + schema.getType() + values(schema));
    if (schema.getItems() != null) {
      describe(path + "[]", schema.getItems().getSchema(), lines);
    }
    if (schema.getProperties() != null) {
      schema.getProperties().forEach((name, field) -> describe(path + "." + name, field, lines));
    }
  }

  // UNRECOGNISED is how Java holds a value of a newer version; no schema may offer it. Of the
  // conditions only the YAML limits the status: their type in Java is the client library's.
  private static String values(JSONSchemaProps schema) {
    SortedSet<String> values = new TreeSet<>();
    if (schema.getEnum() != null) {
      schema.getEnum().forEach(value -> values.add(value.asText()));
    }
    values.remove("UNRECOGNISED");
    return values.isEmpty() || values.contains("True") ? "" : " " + values;
  }
}
