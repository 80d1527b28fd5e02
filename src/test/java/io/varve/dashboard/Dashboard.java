package io.varve.dashboard;

import java.util.List;

/**
 * A dashboard over the stores that its variables choose.
 *
 * @param title shown in lists
 * @param uid its name in addresses
 * @param tags to find it by
 * @param rows from top to bottom
 */
record Dashboard(String title, String uid, List<String> tags, List<Row> rows) {
  /** All panels, in reading order. */
  List<Panel> panels() {
    return rows.stream().flatMap(row -> row.panels().stream()).toList();
  }
}
