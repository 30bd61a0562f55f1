package io.conntracksync.operator.migration;

import io.conntracksync.api.v1alpha1.ConntrackSync;
import io.conntracksync.api.v1alpha1.DurationText;
import io.conntracksync.api.v1alpha1.FailurePolicy;
import io.conntracksync.operator.events.Notice;
import io.conntracksync.operator.settings.DurationSetting;
import io.conntracksync.operator.settings.FailurePolicySetting;
import io.conntracksync.operator.settings.Parsed;
import io.conntracksync.operator.settings.SyncDefaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What is set for one VM: the operator's defaults, and over them the annotations of the VM. A wrong
 * annotation is said to whoever wrote it, and the default is used: a typing error must not cost the
 * connections.
 */
record VmSettings(Participation participation, SyncDefaults values, List<Notice> notices) {
  /** Whether a VM takes part. */
  enum Participation {
    SYNCED,
    LEFT_ALONE
  }

  static final String ENABLED = ConntrackSync.GROUP + "/enabled";
  static final String FAILURE_POLICY = ConntrackSync.GROUP + "/failure-policy";
  static final String HOOK_DEADLINE = ConntrackSync.GROUP + "/hook-deadline";
  static final String SWITCHOVER_DEADLINE = ConntrackSync.GROUP + "/switchover-deadline";

  VmSettings {
    notices = List.copyOf(notices);
  }

  static VmSettings read(Map<String, String> annotations, SyncDefaults defaults) {
    Reading reading = new Reading(annotations);
    Participation participation =
        reading.value(ENABLED, VmSettings::participation, Participation.SYNCED, "true");
    Duration hook =
        reading.duration(HOOK_DEADLINE, DurationSetting.HOOK_DEADLINE, defaults.hookDeadline());
    Duration switchover =
        reading.duration(
            SWITCHOVER_DEADLINE,
            DurationSetting.SWITCHOVER_DEADLINE,
            defaults.switchoverDeadline());
    FailurePolicy policy =
        reading.value(
            FAILURE_POLICY,
            FailurePolicySetting::parse,
            defaults.failurePolicy(),
            FailurePolicySetting.format(defaults.failurePolicy()));
    return new VmSettings(
        participation,
        new SyncDefaults(hook, switchover, policy, defaults.timeout(), defaults.ttlAfterFinished()),
        reading.notices);
  }

  private static Parsed<Participation> participation(String text) {
    return switch (text) {
      case "true" -> new Parsed.Valid<>(Participation.SYNCED);
      case "false" -> new Parsed.Valid<>(Participation.LEFT_ALONE);
      default -> new Parsed.Invalid<>('"' + text + "\" is not a choice; write true or false");
    };
  }

  /** Reads annotations one by one and collects what is wrong with them. */
  private static final class Reading {
    private final Map<String, String> annotations;
    private final List<Notice> notices = new ArrayList<>();

    Reading(Map<String, String> annotations) {
      this.annotations = annotations;
    }

    Duration duration(String key, DurationSetting setting, Duration otherwise) {
      return value(key, setting::parse, otherwise, DurationText.format(otherwise));
    }

    <T> T value(String key, Function<String, Parsed<T>> parser, T otherwise, String shown) {
      String text = annotations.get(key);
      if (text == null) {
        return otherwise;
      }
      return parser
          .apply(text)
          .or(
              fault -> {
                notices.add(
                    MigrationReason.ANNOTATION_INVALID.notice(
                        key + ": " + fault + ". Using the default " + shown));
                return otherwise;
              });
    }
  }
}
