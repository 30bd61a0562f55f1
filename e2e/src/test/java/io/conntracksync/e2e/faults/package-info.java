/**
 * What may go wrong while a VM migrates, played on the whole: a real API server, operator, agents,
 * libvirt. Each test breaks one thing and mends it; the next finds everything in order.
 */
package io.conntracksync.e2e.faults;
