/**
 * The switchover with the real agents and the real gate: what is moved in the last moments before
 * the pause, and what that costs.
 */
package io.conntracksync.e2e.switchover;
