/**
 * Which port of a target node a sync gets. Pure but for the memory of what was given out and is not
 * in the cache yet. Knows neither Kubernetes nor the API.
 */
package io.conntracksync.operator.ports;
