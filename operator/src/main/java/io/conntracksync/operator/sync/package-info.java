/**
 * The life of a ConntrackSync: observe (only reads), judge (pure), act (only writes). Everything
 * outside is reached through interfaces of one to three methods.
 */
package io.conntracksync.operator.sync;
