/** The HTTP port: alive, ready, metrics. Knows only suppliers of these three. */
package io.conntracksync.operator.health;
