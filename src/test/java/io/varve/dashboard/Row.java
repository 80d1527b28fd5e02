package io.varve.dashboard;

import java.util.List;

/**
 * A heading and what is below it, from left to right and line by line.
 *
 * @param title the heading
 * @param panels what is below it
 */
record Row(String title, List<Panel> panels) {
  static Row of(String title, Panel... panels) {
    return new Row(title, List.of(panels));
  }
}
