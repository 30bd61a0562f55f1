/**
 * The demo: the same migration without and with ConntrackSync, and what became of the VM's
 * connections. Tells the story; all machinery is in the packages it uses.
 */
package io.conntracksync.e2e.demo;
