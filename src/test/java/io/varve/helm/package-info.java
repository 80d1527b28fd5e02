/**
 * The Helm chart in {@code helm/varve}: rendered by Helm itself, and held against what Kubernetes,
 * Spring and the documents say.
 */
@NullMarked
package io.varve.helm;

import org.jspecify.annotations.NullMarked;
