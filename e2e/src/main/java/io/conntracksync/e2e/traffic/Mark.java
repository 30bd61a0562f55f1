package io.conntracksync.e2e.traffic;

/** Something that happened elsewhere during the run; {@code atMillis} is epoch milliseconds. */
public record Mark(String name, long atMillis) {}
