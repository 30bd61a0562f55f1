/**
 * Group {@code conntracksync.io}, version {@code v1alpha1}, as Java records. The YAML under {@code
 * resources/crds} is the truth; {@code CrdDriftTest} compares the two. Records here never throw and
 * any component may be {@code null}: an object that somebody else wrote must not stop an informer.
 * They are turned into checked values where they are used.
 */
package io.conntracksync.api.v1alpha1;
