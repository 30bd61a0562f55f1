/**
 * Programs that the bed starts: a command that runs to its end, a daemon that is ended by its own
 * process id. Knows nothing of what they are for.
 */
package io.conntracksync.e2e.process;
