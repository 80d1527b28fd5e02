package io.varve.client;

import java.util.Locale;

/** How to compare what is stored with what is given. Values compare as unsigned bytes. */
public enum Comparison {
  /** They are equal. */
  EQ,
  /** They differ. */
  NE,
  /** What is stored is less. */
  LT,
  /** What is stored is not greater. */
  LE,
  /** What is stored is greater. */
  GT,
  /** What is stored is not less. */
  GE;

  String jsonName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
