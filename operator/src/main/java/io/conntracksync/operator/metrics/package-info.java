/** What the operator counts. Label values come from enums, never from names of objects. */
package io.conntracksync.operator.metrics;
