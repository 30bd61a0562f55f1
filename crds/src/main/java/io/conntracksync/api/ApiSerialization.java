package io.conntracksync.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** The one way in which operator and agents read and write objects of the API server. */
public final class ApiSerialization {
  private ApiSerialization() {}

  /**
   * A serialization that a newer object cannot stop: a field that we do not know is dropped, an
   * enum value that we do not know becomes the constant marked as the default. With the client's
   * own mapper a single such object ends the informer of its whole type, and with it the program.
   */
  public static KubernetesSerialization create() {
    ObjectMapper mapper =
        new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE);
    return new KubernetesSerialization(mapper, true);
  }
}
