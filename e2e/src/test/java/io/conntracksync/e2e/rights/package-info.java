/**
 * What the chart's roles allow, right by right: each is taken away from the running product once,
 * and what breaks is named; what is asked of the API server is what is allowed, no more and no
 * less.
 */
package io.conntracksync.e2e.rights;
