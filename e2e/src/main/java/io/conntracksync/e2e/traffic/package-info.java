/**
 * The traffic whose fate the demo and the tests judge: a peer program that opens connections to a
 * VM, has the VM open some back, and writes down when each one answered. Knows nothing of
 * migrations, Kubernetes or firewalls; other things that happen meanwhile reach it as marks.
 */
package io.conntracksync.e2e.traffic;
