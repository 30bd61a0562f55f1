package io.conntracksync.e2e.traffic;

/** What every flow of a run shares: the time, the agenda of the one thread, the pace. */
record Beat(RunClock clock, Agenda agenda, long intervalMillis) {}
