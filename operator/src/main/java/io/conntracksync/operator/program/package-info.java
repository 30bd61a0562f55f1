/**
 * The program: command line, wiring, start and stop. The only place with the wall clock, threads of
 * its own and an exit code.
 */
package io.conntracksync.operator.program;
