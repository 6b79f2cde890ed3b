/**
 * `pnpm bench [kernels|functions|scaling|reading] [--json]`: figures that docs/performance.md quotes.
 * SCRATCH_NN_MNIST names a folder of MNIST's IDX files to measure on; drawn digits otherwise.
 */
import { setFlagsFromString } from "node:v8";
import { functionTasks, kernelTasks } from "./kernels.ts";
import { describeMachine, measure, type Task, tableOf } from "./measure.ts";
import { readingTasks } from "./reading.ts";
import { scalingTasks } from "./scaling.ts";

interface Suite {
  readonly tasks: () => Task[] | Promise<Task[]>;
  readonly unit: string;
  readonly rounds: number;
}

const SUITES: Readonly<Record<string, Suite>> = {
  kernels: { tasks: kernelTasks, unit: "FLOP", rounds: 15 },
  functions: { tasks: functionTasks, unit: "values", rounds: 15 },
  scaling: { tasks: scalingTasks, unit: "examples", rounds: 5 },
  reading: { tasks: readingTasks, unit: "rows", rounds: 3 },
};

// As the command line does, for the kernels of 256 bits.
if (Number.parseInt(process.versions.node, 10) >= 24) setFlagsFromString("--experimental-wasm-revectorize");

const args = process.argv.slice(2).filter((arg) => arg !== "--");
const json = args.includes("--json");
const names = args.filter((arg) => arg !== "--json");
const unknown = names.find((name) => !(name in SUITES));

if (unknown !== undefined) {
  process.stderr.write(`error: expected any of ${Object.keys(SUITES).join(", ")}, found ${JSON.stringify(unknown)}\n`);
  process.exitCode = 2;
} else {
  if (!json) process.stdout.write(`${describeMachine()}\n`);
  for (const name of names.length > 0 ? names : Object.keys(SUITES)) {
    const { tasks, unit, rounds } = SUITES[name];
    const rows = await measure(await tasks(), rounds);
    process.stdout.write(
      json
        ? `${JSON.stringify({ suite: name, machine: describeMachine(), unit, rows })}\n`
        : `\n${name}, ${rounds} rounds\n\n${tableOf(rows, unit)}\n`,
    );
  }
}
