/**
 * What every program of the project shares about the API as a whole: how objects become JSON and
 * back. Knows the versions below it; knows nothing of operator or agent.
 */
package io.conntracksync.api;
