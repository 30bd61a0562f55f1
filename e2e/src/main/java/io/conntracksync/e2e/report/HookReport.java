package io.conntracksync.e2e.report;

/** What the waiting hook was answered and how long it waited, such as {@code 12ms}. */
public record HookReport(String outcome, String waited) {}
