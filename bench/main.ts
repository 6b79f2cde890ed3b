/**
 * `pnpm bench <suite>`: measures the figures that docs/performance.md quotes, as ratios within one run. Rows go to
 * stdout as they are measured, progress to stderr. Ctrl-C stops and keeps what was measured so far.
 *
 * Environment variables:
 *
 * - SCRATCH_NN_MNIST: a folder of MNIST's IDX files to measure on; default: drawn digits. `peers` requires it.
 * - SCRATCH_NN_TABLES: a folder of tables. `accuracy` requires it.
 * - SCRATCH_NN_PYTHON: a Python with NumPy, pandas and scikit-learn; default: /usr/bin/python3.
 * - SCRATCH_NN_PEERS: a folder for the packages that `peers` installs; default: a temporary one.
 * - SCRATCH_NN_BEFORE: another checkout. `before` requires it.
 */
import { setV8Flags } from "@scratch-nn/parallel";
import { Command, CommanderError } from "commander";
import { compareRecords, RecordError } from "./command/compare.ts";
import { type BenchFlags, suiteCommand } from "./command/options.ts";
import { runSuite } from "./command/run-suite.ts";
import { SUITES } from "./command/suites.ts";

// As in the command line: the 256-bit kernels need these flags.
setV8Flags();

/** Exit code if `compare` finds a slower row. */
const DIFFERS = 1;
const USAGE = 2;

const program = new Command("bench").description("measures what scratch-nn does, beside itself and its peers");
for (const [name, { description, takes, run }] of Object.entries(SUITES)) {
  const command = suiteCommand(name, description, takes);
  command.action(async (flags: BenchFlags) => {
    process.exitCode = await runSuite(name, run, flags);
  });
  program.addCommand(command);
}
program.addCommand(
  new Command("compare")
    .description("what is faster or slower beyond the noise of two records; exit code 1 where anything is slower")
    .argument("<before>", "a file that --save or --json wrote")
    .argument("<now>", "another, of the same suite")
    .allowExcessArguments(false)
    .action((before: string, now: string) => {
      const { text, isSlower } = compareRecords(before, now);
      process.stdout.write(`${text}\n`);
      if (isSlower) process.exitCode = DIFFERS;
    }),
);
for (const command of [program, ...program.commands]) command.exitOverride().configureOutput({ outputError: () => {} });

const args = process.argv.slice(2).filter((arg) => arg !== "--");
try {
  await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
  else {
    const isUsage = error instanceof CommanderError || error instanceof RecordError || isNoFile(error);
    if (!isUsage) throw error;
    process.stderr.write(`${(error as Error).message.replace(/^error: /, "error: ")}\n`);
    const name = program.commands.find((command) => command.name() === args[0])?.name();
    process.stderr.write(`see pnpm bench ${name === undefined ? "" : `${name} `}--help\n`);
    process.exitCode = USAGE;
  }
}

function isNoFile(error: unknown): boolean {
  return ["ENOENT", "EISDIR", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "");
}
