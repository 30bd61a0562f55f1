/**
 * Kubernetes Events: short sentences for whoever runs {@code kubectl describe}. An event that
 * cannot be written never stops the work that it speaks of.
 */
package io.conntracksync.operator.events;
