package io.varve.dashboard;

/**
 * From which value on a colour is shown.
 *
 * @param color Grafana's name of it
 * @param from the least value
 */
record Threshold(String color, double from) {}
