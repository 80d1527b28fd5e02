package io.varve.dashboard;

import java.util.List;

/** What the dashboard has: rows, panels, and what each panel is for. */
final class VarveDashboard {
  private VarveDashboard() {}

  static Dashboard dashboard() {
    return new Dashboard(
        "Varve",
        "varve",
        List.of("varve", "database"),
        List.of(
            Row.of("Overview", TransactionPanels.overviewNumbers()),
            Row.of("Transactions", TransactionPanels.transactions()),
            Row.of("Latency", TransactionPanels.latency()),
            Row.of("Versions", TransactionPanels.versions()),
            Row.of("Flush", EnginePanels.flush()),
            Row.of("Engine", EnginePanels.engine()),
            Row.of("Capacity", EnginePanels.capacity()),
            Row.of("Requests and process", ProcessPanels.process()),
            Row.of("Jobs and checkpoints", ProcessPanels.jobs())));
  }
}
