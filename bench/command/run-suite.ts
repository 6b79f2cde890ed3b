/** Runs a suite, and prints and saves its figures. */
import { writeFileSync } from "node:fs";
import { pictureOf, type Report } from "../figures/report.ts";
import { Sheet } from "../figures/sheet.ts";
import { describeMachine, disturbances, machine } from "./machine.ts";
import { type BenchFlags, contextOf, type SuiteContext } from "./options.ts";
import { openOutput } from "./output.ts";
import { type BenchRecord, keepRecord } from "./record.ts";

/** A suite either prints rows as they are measured (Sheet), or returns a report at the end. */
export type Suite = (context: SuiteContext) => Promise<Sheet | Report>;

const OK = 0;
const FAILED = 1;
/** The exit code of shells for SIGINT. */
const INTERRUPTED = 130;

/** @returns the exit code */
export async function runSuite(name: string, run: Suite, flags: BenchFlags): Promise<number> {
  const isJson = flags.json === true;
  const output = openOutput(isJson);
  const before = machine();
  output.print(`${describeMachine()}\n`);
  for (const said of disturbances(before)) process.stderr.write(`${said}\n`);
  const interrupt = new AbortController();
  process.once("SIGINT", () => {
    interrupt.abort();
    process.stderr.write("\nends after this measurement, with what there is; Ctrl-C again ends at once\n");
  });
  const measured = await run(contextOf(flags, output, interrupt.signal));
  const title = measured instanceof Sheet ? name : measured.title;
  if (!(measured instanceof Sheet)) output.print(`${title}\n\n${measured.text}`);
  const { rows, bars } = measured;
  const record: BenchRecord = {
    suite: name,
    date: new Date().toISOString(),
    machine: before,
    title,
    isWhole: !interrupt.signal.aborted,
    rows,
  };
  if (isJson) process.stdout.write(`${JSON.stringify(record)}\n`);
  if (flags.save === true) process.stderr.write(`saved in ${await keepRecord(record)}\n`);
  if (flags.picture !== undefined) writeFileSync(flags.picture, pictureOf({ title, bars }));
  if (rows.some((row) => "isSame" in row && row.isSame === false)) {
    process.stderr.write("error: expected the same bits at every point, found others: see the last column\n");
    return FAILED;
  }
  return interrupt.signal.aborted ? INTERRUPTED : OK;
}
