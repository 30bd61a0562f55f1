/**
 * The operator as a process under its shipped role, on a real API server. The agents are played by
 * objects; what they do is tested where they run.
 */
package io.conntracksync.e2e.operator;
