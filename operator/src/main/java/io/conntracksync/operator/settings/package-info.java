/**
 * What an administrator may set, how its text is read, and what is said when it is wrong. Knows the
 * bounds of the API; knows no client and no command line.
 */
package io.conntracksync.operator.settings;
