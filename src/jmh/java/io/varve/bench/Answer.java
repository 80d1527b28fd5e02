package io.varve.bench;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a worker answers.
 *
 * @param result what the command promises, or null if it failed
 * @param error why it failed, or null
 */
record Answer(@Nullable JsonNode result, @Nullable String error) {
  /** It is done. */
  record Done() {}

  /**
   * A store is open.
   *
   * @param budgetBytes what it may take: the largest heap, and what it may take outside
   */
  record Opened(Map<String, String> settings, long budgetBytes) {}

  /** The sum of all counters. */
  record Total(long sum) {}

  /**
   * Numbers of a worker and its store.
   *
   * @param heapUsedBytes after a collection
   */
  record Figures(long heapUsedBytes, Contender.Upkeep upkeep) {}
}
