/**
 * The journals of target sessions as files: what an agent that was killed had done to the table,
 * for the one that comes after it. Must not know when a session writes, nor what is undone how.
 */
package io.conntracksync.node.journal;
