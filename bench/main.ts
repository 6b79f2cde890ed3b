/**
 * `pnpm bench [kernels|functions|step|scaling|peers|reading] [--json] [--picture <file.svg>]`: the
 * figures that docs/performance.md quotes.
 *
 * SCRATCH_NN_MNIST names a folder of MNIST's IDX files to measure on (drawn digits otherwise; peers needs it),
 * SCRATCH_NN_PYTHON a Python that has NumPy and pandas (default /usr/bin/python3).
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { setV8Flags } from "@scratch-nn/parallel";
import { functionTasks, kernelTasks } from "./kernels.ts";
import { describeMachine, measure } from "./measure.ts";
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
  peers: peersReport,
  reading: readingReport,
};

// As the command line does, for the kernels of 256 bits.
setV8Flags();

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: { json: { type: "boolean", default: false }, picture: { type: "string" } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !(name in SUITES));

if (unknown !== undefined) {
  process.stderr.write(`error: expected any of ${Object.keys(SUITES).join(", ")}, found ${JSON.stringify(unknown)}\n`);
  process.exitCode = 2;
} else {
  if (!values.json) process.stdout.write(`${describeMachine()}\n`);
  for (const name of positionals.length > 0 ? positionals : Object.keys(SUITES)) {
    const report = await SUITES[name]();
    const { title, text, rows } = report;
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ suite: name, machine: describeMachine(), title, rows })}\n`
        : `\n${title}\n\n${text}\n`,
    );
    if (values.picture !== undefined) await writeFile(values.picture, pictureOf(report));
  }
}
