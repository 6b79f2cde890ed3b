/**
 * `pnpm bench [kernels|functions|step|scaling|busy|memory|before|peers|reading|accuracy] [--json] [--save] [--picture <file.svg>]`: the
 * figures that docs/performance.md quotes. `--save` keeps them in bench/results, with the machine that gave them.
 *
 * SCRATCH_NN_MNIST names a folder of MNIST's IDX files to measure on (drawn digits otherwise; peers needs it),
 * SCRATCH_NN_TABLES a folder of tables (accuracy needs it), SCRATCH_NN_PYTHON a Python that has NumPy, pandas and
 * scikit-learn (default /usr/bin/python3).
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setV8Flags } from "@scratch-nn/parallel";
import { accuracyReport } from "./accuracy.ts";
import { beforeReport } from "./before.ts";
import { busyReport } from "./busy.ts";
import { functionTasks, kernelTasks } from "./kernels.ts";
import { describeMachine, measure } from "./measure.ts";
import { memoryReport } from "./memory.ts";
import { peersReport } from "./peers.ts";
import { readingReport } from "./reading.ts";
import { pictureOf, type Report } from "./report.ts";
import { scalingReport } from "./scaling.ts";
import { stepReport } from "./step.ts";

const SUITES: Readonly<Record<string, () => Promise<Report>>> = {
  kernels: async () => measure("kernels", await kernelTasks(), 15, "FLOP"),
  functions: async () => measure("functions", functionTasks(), 15, "values"),
  step: stepReport,
  scaling: scalingReport,
  busy: busyReport,
  memory: memoryReport,
  before: beforeReport,
  peers: peersReport,
  reading: readingReport,
  accuracy: accuracyReport,
};

/** What runs when none is named: what needs nothing but this checkout. */
const ALONE = Object.keys(SUITES).filter((name) => name !== "before" && name !== "accuracy");

// As the command line does, for the kernels of 256 bits.
setV8Flags();

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: {
    json: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
    picture: { type: "string" },
  },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !(name in SUITES));

if (unknown !== undefined) {
  process.stderr.write(`error: expected any of ${Object.keys(SUITES).join(", ")}, found ${JSON.stringify(unknown)}\n`);
  process.exitCode = 2;
} else {
  if (!values.json) process.stdout.write(`${describeMachine()}\n`);
  for (const name of positionals.length > 0 ? positionals : ALONE) {
    const report = await SUITES[name]();
    const { title, text, rows } = report;
    const record = { suite: name, machine: describeMachine(), title, rows };
    process.stdout.write(values.json ? `${JSON.stringify(record)}\n` : `\n${title}\n\n${text}\n`);
    if (values.save) await save(record);
    if (values.picture !== undefined) await writeFile(values.picture, pictureOf(report));
  }
}

async function save(record: { readonly suite: string }): Promise<void> {
  const folder = join(import.meta.dirname, "results");
  const date = new Date().toISOString();
  const path = join(folder, `${date.slice(0, 16).replaceAll(":", "-")}-${record.suite}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, `${JSON.stringify({ date, ...record }, null, 2)}\n`);
  process.stderr.write(`saved in ${path}\n`);
}
