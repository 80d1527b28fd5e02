package io.varve.bench;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.varve.model.Durability;
import java.nio.file.Path;

/** What a worker is told to do: one line of JSON each, answered by one line. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Command.Open.class, name = "open"),
  @JsonSubTypes.Type(value = Command.Load.class, name = "load"),
  @JsonSubTypes.Type(value = Command.Increment.class, name = "increment"),
  @JsonSubTypes.Type(value = Command.IncrementUntilKilled.class, name = "increment-until-killed"),
  @JsonSubTypes.Type(value = Command.Bulk.class, name = "bulk"),
  @JsonSubTypes.Type(value = Command.Sum.class, name = "sum"),
  @JsonSubTypes.Type(value = Command.Figures.class, name = "figures"),
  @JsonSubTypes.Type(value = Command.Close.class, name = "close"),
  @JsonSubTypes.Type(value = Command.FillLog.class, name = "fill-log"),
  @JsonSubTypes.Type(value = Command.TimeOpening.class, name = "time-opening")
})
sealed interface Command {
  /** Opens a store, which all that follows works on. Answered by {@link Answer.Opened}. */
  record Open(ContenderKind kind, Path directory, Durability durability) implements Command {}

  /** Writes keys {@code from} to {@code to - 1}. Answered by {@link Answer.Done}. */
  record Load(int from, int to) implements Command {}

  /**
   * Runs a round of increments and counts afterwards what the store holds. Answered by {@link
   * Round}.
   */
  record Increment(KeyChoice keys, int threads, int seconds, long seed) implements Command {}

  /**
   * Begins to increment and never ends. Answered by {@link Answer.Done} as soon as it has begun.
   */
  record IncrementUntilKilled(KeyChoice keys, int threads, Path ledger) implements Command {}

  /**
   * Writes entries into a new store, and again into the next one until so many seconds are over.
   * The stores are closed and removed. Answered by {@link Round}.
   *
   * @param load whether the keys are in no order and compaction is waited for
   */
  record Bulk(
      ContenderKind kind,
      Path directory,
      Durability durability,
      int entries,
      boolean load,
      int seconds)
      implements Command {}

  /** Counts what the store holds. Answered by {@link Answer.Total}. */
  record Sum(int keys) implements Command {}

  /** Answered by {@link Answer.Figures}. */
  record Figures() implements Command {}

  /** Closes the store. Answered by {@link Answer.Done}. */
  record Close() implements Command {}

  /**
   * Fills the log of a new Varve store, which stays open.
   *
   * @param flush whether all of it is flushed at the end; if not, nothing ever is
   */
  record FillLog(Path directory, int records, boolean flush) implements Command {}

  /** Opens a Varve store and leaves it open. Answered by {@link OpeningTime}. */
  record TimeOpening(Path directory) implements Command {}
}
