package io.varve.dashboard;

/**
 * One query of a panel.
 *
 * @param legend name of its series, with labels as in {@code {{phase}}}
 * @param expr PromQL
 */
record Query(String legend, String expr) {
  private static final String FILTERS = "namespace=~\"$namespace\",instance=~\"$instance\"";

  /**
   * A query in a short form. {@code $here} stands for the matchers of the chosen stores, {@code
   * $rate} for the range of a rate, and {@code $varve} behind a metric that any service may export
   * for "only where it is Varve's".
   */
  static Query of(String legend, String template) {
    return new Query(
        legend,
        template
            .replace("$varve", "and on (namespace, instance) varve_build_info{$here}")
            .replace("$here", FILTERS)
            .replace("$rate", "$__rate_interval"));
  }
}
