/**
 * The sockets at which libvirt's side asks: who may ask, what they may say, what they are answered.
 * Must not know sessions, Kubernetes or tables.
 */
package io.conntracksync.node.gatekeeping;
