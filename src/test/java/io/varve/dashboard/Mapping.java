package io.varve.dashboard;

/**
 * What is shown in place of a number.
 *
 * @param value the number
 * @param text shown in its place
 * @param color behind it
 */
record Mapping(int value, String text, String color) {}
