package io.conntracksync.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/** The last pause that was announced; {@code waited} is text such as {@code 4ms}. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SwitchoverStatus(
    SwitchoverOutcome outcome, SwitchoverAnnouncer announcedBy, String waited) {}
