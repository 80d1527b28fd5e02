package io.varve.dashboard;

import java.util.ArrayList;
import java.util.List;

/**
 * One graph or number.
 *
 * @param kind how it is drawn
 * @param title unique in the dashboard
 * @param unit Grafana's name of it
 * @param width of 24 columns
 * @param shows what it shows, a sentence
 * @param whenBad what to do when it looks bad, a sentence
 * @param queries what it asks, in the order of the legend
 * @param thresholds where its colour changes, rising; green below the first
 * @param mappings texts in place of numbers
 */
record Panel(
    Kind kind,
    String title,
    String unit,
    int width,
    String shows,
    String whenBad,
    List<Query> queries,
    List<Threshold> thresholds,
    List<Mapping> mappings) {
  /** How a panel is drawn. */
  enum Kind {
    /** Lines over time. */
    LINES(8),
    /** Areas upon each other; a series whose name begins with "limit" or "resident" is a line. */
    STACK(8),
    /** The last value in large letters. */
    NUMBER(4),
    /** The name of the series that there is, in large letters. */
    NAME(4);

    private final int height;

    Kind(int height) {
      this.height = height;
    }

    int height() {
      return height;
    }
  }

  /** What is shown to a reader who asks about the panel. */
  String description() {
    return shows + " " + whenBad;
  }

  static Builder lines(String title, String unit) {
    return new Builder(Kind.LINES, title, unit, 8);
  }

  static Builder stack(String title, String unit) {
    return new Builder(Kind.STACK, title, unit, 12);
  }

  static Builder number(String title, String unit) {
    return new Builder(Kind.NUMBER, title, unit, 4);
  }

  static Builder name(String title) {
    return new Builder(Kind.NAME, title, "short", 4);
  }

  /** Puts a panel together. */
  static final class Builder {
    private final Kind kind;
    private final String title;
    private final String unit;
    private int width;
    private String shows = "";
    private final List<Query> queries = new ArrayList<>();
    private final List<Threshold> thresholds = new ArrayList<>();
    private final List<Mapping> mappings = new ArrayList<>();

    private Builder(Kind kind, String title, String unit, int width) {
      this.kind = kind;
      this.title = title;
      this.unit = unit;
      this.width = width;
    }

    Builder wide() {
      width = 12;
      return this;
    }

    Builder shows(String sentence) {
      shows = sentence;
      return this;
    }

    Builder query(String legend, String template) {
      queries.add(Query.of(legend, template));
      return this;
    }

    Builder from(double value, String color) {
      thresholds.add(new Threshold(color, value));
      return this;
    }

    Builder map(int value, String text, String color) {
      mappings.add(new Mapping(value, text, color));
      return this;
    }

    /** Ends the panel with what to do when it looks bad. */
    Panel whenBad(String sentence) {
      return new Panel(
          kind,
          title,
          unit,
          width,
          shows,
          sentence,
          List.copyOf(queries),
          List.copyOf(thresholds),
          List.copyOf(mappings));
    }
  }
}
