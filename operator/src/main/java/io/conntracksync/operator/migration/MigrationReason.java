package io.conntracksync.operator.migration;

import io.conntracksync.operator.events.Notice;

/**
 * Why a migration has no sync, or not the one that was asked for. Part of the API: never renamed.
 */
enum MigrationReason {
  ANNOTATION_INVALID("AnnotationInvalid"),
  DECENTRALISED_MIGRATION("DecentralisedMigration"),
  NO_ADDRESS("NoAddress"),
  ADDRESSES_LEFT_OUT("AddressesLeftOut"),
  NAME_TAKEN("NameTaken"),
  SYNC_REFUSED("SyncRefused");

  // The API server refuses an Event with a longer note; the cut leaves room for its dots.
  private static final int LONGEST = 1000;

  private final String text;

  MigrationReason(String text) {
    this.text = text;
  }

  Notice notice(String message) {
    String fitting = message.length() > LONGEST ? message.substring(0, LONGEST) + "..." : message;
    return new Notice(Notice.Weight.WARNING, text, fitting);
  }
}
