/** The keys of log pairs, so that a search finds all lines of one thing. */
package io.conntracksync.operator.log;
