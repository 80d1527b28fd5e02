package io.varve.chart;

/**
 * A point of a series.
 *
 * @param x where
 * @param y what was measured there
 */
public record Point(double x, double y) {}
