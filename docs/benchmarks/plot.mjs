// Draws throughput against threads, one line per system, from what `compare --threads … --json` wrote.
//
//   node plot.mjs RESULT.json OUT.svg [workload]
//
// The background is transparent, and all colours lie midway between black and white, so that the
// picture can be read on either.

import { readFile, writeFile } from "node:fs/promises";
import { View, parse } from "vega";
import { compile } from "vega-lite";

const TEXT = "#7a7a7a";
const GRID = "#7a7a7a40";
const COLOURS = {
  varve: "#e8590c",
  rocksdb: "#2f86d6",
  transactiondb: "#2a9d5c",
  optimistic: "#a561d6",
  mvstore: "#a98600",
};

class UsageError extends Error {}

function threadCounts(comparison) {
  return [...new Set(comparison.rows.map((row) => row.threads))].sort((a, b) => a - b);
}

/** The workload asked for, or the first that was measured at several numbers of threads. */
function choose(report, label) {
  const drawable = report.workloads.filter((comparison) => threadCounts(comparison).length > 1);
  const chosen = label ? drawable.find((comparison) => comparison.workload === label) : drawable[0];
  if (!chosen) {
    const there = drawable.map((comparison) => comparison.workload).join(", ") || "none";
    throw new UsageError(
      `There is nothing to draw${label ? ` for ${label}` : ""}. ` +
        `Measure it with compare --threads 1,2,4,8. Workloads with several thread counts: ${there}.`,
    );
  }
  return chosen;
}

function points(comparison) {
  return comparison.rows.map((row) => ({
    system: row.system,
    threads: row.threads,
    median: row.perSecond.median,
    min: row.perSecond.min,
    max: row.perSecond.max,
  }));
}

function specification(report, comparison) {
  const systems = [...new Set(comparison.rows.map((row) => row.system))];
  const colour = {
    field: "system",
    type: "nominal",
    scale: { domain: systems, range: systems.map((system) => COLOURS[system] ?? TEXT) },
    legend: { title: "System" },
  };
  const threads = {
    field: "threads",
    type: "quantitative",
    title: "Threads",
    scale: { type: "log", base: 2 },
    axis: { values: threadCounts(comparison), format: "d" },
  };
  const perSecond = (field) => ({
    field,
    type: "quantitative",
    title: "Committed transactions per second",
    axis: { format: "~s" },
  });
  const { machine } = report;
  return {
    width: 560,
    height: 320,
    background: null,
    title: {
      text: `${comparison.workload}: throughput against threads`,
      subtitle: [
        `Median of ${comparison.rounds} rounds of ${comparison.seconds} s; bars from least to most`,
        `${machine.cpu}, ${machine.cores} cores; RocksDB ${machine.rocksDb}; ` +
          `commit ${machine.commit.slice(0, 7)}; ${report.date.slice(0, 10)}`,
      ],
      anchor: "start",
    },
    data: { values: points(comparison) },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 1.5, opacity: 0.6 },
        encoding: { x: threads, y: perSecond("min"), y2: { field: "max" }, color: colour },
      },
      {
        mark: { type: "line", strokeWidth: 2.5, point: { size: 55, filled: true } },
        encoding: { x: threads, y: perSecond("median"), color: colour },
      },
    ],
    config: {
      font: "sans-serif",
      view: { stroke: null },
      title: { color: TEXT, subtitleColor: TEXT },
      axis: { labelColor: TEXT, titleColor: TEXT, domainColor: TEXT, tickColor: TEXT, gridColor: GRID },
      legend: { labelColor: TEXT, titleColor: TEXT, symbolOpacity: 1 },
    },
  };
}

async function draw(specified) {
  const view = new View(parse(compile(specified).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

async function main(input, output, label) {
  if (!input || !output) {
    throw new UsageError("Usage: node plot.mjs RESULT.json OUT.svg [workload]");
  }
  const report = JSON.parse(await readFile(input, "utf8"));
  await writeFile(output, `${await draw(specification(report, choose(report, label)))}\n`);
}

try {
  await main(...process.argv.slice(2));
} catch (e) {
  if (!(e instanceof UsageError)) {
    throw e;
  }
  console.error(e.message);
  process.exitCode = 2;
}
