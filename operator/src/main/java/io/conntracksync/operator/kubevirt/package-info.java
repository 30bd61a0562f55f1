/**
 * The few fields of KubeVirt that this project reads, how to reach them, and what a migration looks
 * like from outside. Never writes to KubeVirt. Knows nothing of syncs.
 */
package io.conntracksync.operator.kubevirt;
