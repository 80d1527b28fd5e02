package io.varve.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;

/** Writes a dashboard as Grafana reads it. */
final class DashboardJson {
  /** The form of the document; Grafana raises an older one by itself and refuses none. */
  private static final int SCHEMA_VERSION = 42;

  private static final int COLUMNS = 24;
  private static final Map<String, Object> DATA_SOURCE =
      fields("type", "prometheus", "uid", "${datasource}");
  private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");

  private final List<Map<String, Object>> panels = new ArrayList<>();
  private int nextId = 1;
  private int top;

  private DashboardJson() {}

  /** The document, with a newline at its end. */
  static String write(Dashboard dashboard) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(INDENTER).withArrayIndenter(INDENTER);
    return JsonMapper.builder()
            .build()
            .writer()
            .with(printer)
            .writeValueAsString(new DashboardJson().document(dashboard))
        + "\n";
  }

  private Map<String, Object> document(Dashboard dashboard) {
    dashboard.rows().forEach(this::place);
    return fields(
        "uid",
        dashboard.uid(),
        "title",
        dashboard.title(),
        "tags",
        dashboard.tags(),
        "schemaVersion",
        SCHEMA_VERSION,
        "editable",
        true,
        "graphTooltip",
        1,
        "refresh",
        "10s",
        "time",
        fields("from", "now-1h", "to", "now"),
        "timezone",
        "browser",
        "annotations",
        fields("list", List.of()),
        "links",
        List.of(),
        "templating",
        fields("list", variables()),
        "panels",
        panels);
  }

  private static List<Map<String, Object>> variables() {
    return List.of(
        fields(
            "name",
            "datasource",
            "label",
            "Data source",
            "type",
            "datasource",
            "query",
            "prometheus",
            "hide",
            0),
        labelValues("namespace", "Namespace", "label_values(varve_build_info, namespace)"),
        labelValues(
            "instance",
            "Instance",
            "label_values(varve_build_info{namespace=~\"$namespace\"}, instance)"));
  }

  private static Map<String, Object> labelValues(String name, String label, String query) {
    return fields(
        "name",
        name,
        "label",
        label,
        "type",
        "query",
        "datasource",
        DATA_SOURCE,
        "query",
        fields("query", query, "refId", name),
        "refresh",
        2,
        "sort",
        1,
        "multi",
        true,
        "includeAll",
        true,
        "allValue",
        ".*",
        "current",
        fields("text", List.of("All"), "value", List.of("$__all")),
        "hide",
        0);
  }

  private void place(Row row) {
    panels.add(
        fields(
            "id",
            nextId++,
            "type",
            "row",
            "title",
            row.title(),
            "collapsed",
            false,
            "gridPos",
            position(0, COLUMNS, 1),
            "panels",
            List.of()));
    top++;
    int left = 0;
    int lineHeight = 0;
    for (Panel panel : row.panels()) {
      if (left + panel.width() > COLUMNS) {
        top += lineHeight;
        left = 0;
        lineHeight = 0;
      }
      int height = panel.kind().height();
      panels.add(panel(panel, position(left, panel.width(), height)));
      left += panel.width();
      lineHeight = Math.max(lineHeight, height);
    }
    top += lineHeight;
  }

  private Map<String, Object> position(int left, int width, int height) {
    return fields("x", left, "y", top, "w", width, "h", height);
  }

  private Map<String, Object> panel(Panel panel, Map<String, Object> position) {
    boolean graph = isGraph(panel);
    return fields(
        "id",
        nextId++,
        "type",
        graph ? "timeseries" : "stat",
        "title",
        panel.title(),
        "description",
        panel.description(),
        "datasource",
        DATA_SOURCE,
        "gridPos",
        position,
        "fieldConfig",
        fields("defaults", defaults(panel), "overrides", overrides(panel)),
        "options",
        graph ? graphOptions() : numberOptions(panel),
        "targets",
        IntStream.range(0, panel.queries().size())
            .mapToObj(index -> target(index, panel.queries().get(index), !graph))
            .toList());
  }

  private static boolean isGraph(Panel panel) {
    return switch (panel.kind()) {
      case LINES, STACK -> true;
      case NUMBER, NAME -> false;
    };
  }

  private static Map<String, Object> defaults(Panel panel) {
    Map<String, Object> defaults =
        fields(
            "unit",
            panel.unit(),
            "color",
            fields("mode", isGraph(panel) ? "palette-classic" : "thresholds"),
            "thresholds",
            fields("mode", "absolute", "steps", steps(panel)),
            "mappings",
            mappings(panel));
    if (isGraph(panel)) {
      boolean stacked = panel.kind() == Panel.Kind.STACK;
      defaults.put("min", 0);
      if (panel.unit().equals("percentunit")) {
        defaults.put("max", 1);
      }
      defaults.put(
          "custom",
          fields(
              "drawStyle",
              "line",
              "lineInterpolation",
              "linear",
              "lineWidth",
              1,
              "fillOpacity",
              stacked ? 40 : 10,
              "showPoints",
              "auto",
              "spanNulls",
              false,
              "stacking",
              fields("mode", stacked ? "normal" : "none", "group", "A"),
              "thresholdsStyle",
              fields("mode", panel.thresholds().isEmpty() ? "off" : "dashed")));
    }
    return defaults;
  }

  private static List<Map<String, Object>> steps(Panel panel) {
    List<Map<String, Object>> steps = new ArrayList<>();
    Map<String, Object> first = fields("color", firstColor(panel));
    first.put("value", null);
    steps.add(first);
    panel.thresholds().forEach(t -> steps.add(fields("color", t.color(), "value", t.from())));
    return steps;
  }

  /** Of a ratio that should be high, thresholds tell from where on it is good again. */
  private static String firstColor(Panel panel) {
    boolean risesToGood =
        !panel.thresholds().isEmpty() && panel.thresholds().getLast().color().equals("green");
    return risesToGood ? "red" : "green";
  }

  private static List<Map<String, Object>> mappings(Panel panel) {
    if (panel.mappings().isEmpty()) {
      return List.of();
    }
    Map<String, Object> options = new LinkedHashMap<>();
    for (Mapping mapping : panel.mappings()) {
      options.put(
          Integer.toString(mapping.value()),
          fields("text", mapping.text(), "color", mapping.color(), "index", options.size()));
    }
    return List.of(fields("type", "value", "options", options));
  }

  private static List<Map<String, Object>> overrides(Panel panel) {
    if (panel.kind() != Panel.Kind.STACK) {
      return List.of();
    }
    return List.of(
        fields(
            "matcher",
            fields("id", "byRegexp", "options", "/^(limit|resident)/"),
            "properties",
            List.of(
                fields("id", "custom.stacking", "value", fields("mode", "none", "group", "B")),
                fields("id", "custom.fillOpacity", "value", 0),
                fields("id", "custom.lineWidth", "value", 2))));
  }

  private static Map<String, Object> graphOptions() {
    return fields(
        "legend",
        fields(
            "showLegend",
            true,
            "displayMode",
            "table",
            "placement",
            "bottom",
            "calcs",
            List.of("lastNotNull", "max")),
        "tooltip",
        fields("mode", "multi", "sort", "desc"));
  }

  private static Map<String, Object> numberOptions(Panel panel) {
    return fields(
        "reduceOptions",
        fields("calcs", List.of("lastNotNull"), "fields", "", "values", false),
        "colorMode",
        "background",
        "graphMode",
        "none",
        "justifyMode",
        "center",
        "orientation",
        "auto",
        "textMode",
        panel.kind() == Panel.Kind.NAME ? "name" : "value",
        "wideLayout",
        true,
        "showPercentChange",
        false,
        "percentChangeColorMode",
        "standard");
  }

  private static Map<String, Object> target(int index, Query query, boolean instant) {
    return fields(
        "refId",
        Character.toString('A' + index),
        "datasource",
        DATA_SOURCE,
        "editorMode",
        "code",
        "expr",
        query.expr(),
        "legendFormat",
        query.legend(),
        "range",
        !instant,
        "instant",
        instant);
  }

  /** Names and values in turn, in this order. */
  private static Map<String, Object> fields(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }
}
