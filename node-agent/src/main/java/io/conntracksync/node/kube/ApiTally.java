package io.conntracksync.node.kube;

import java.util.function.IntSupplier;

/** Counts what happens between the agent and the API server; safe for use by several threads. */
public interface ApiTally {
  /** Something was wrong with a sync or its watch. */
  void count(Role role, SyncFault fault);

  /** A write of a sync's status ended. */
  void count(Role role, WriteResult result);

  /** This could not be written. */
  void count(PresenceObject failed);

  /** What the other nodes have published was not read, and is tried again. */
  void nodeWatchInterrupted();

  /** How many syncs are under way can be asked here, from now on. */
  void underWay(Role role, IntSupplier syncs);

  /** What can be wrong with syncs and their watch. */
  enum SyncFault {
    /** A version of an object could not be understood. */
    UNREADABLE,
    /** The agent itself failed on an object. */
    EVENT_FAILED,
    /** An answer of the API server could not be decoded. */
    UNDECODABLE,
    /** Watch or list failed and was tried again. */
    INTERRUPTED
  }

  /** What tells that this node is here. */
  enum PresenceObject {
    CONNTRACKNODE,
    LEASE
  }
}
