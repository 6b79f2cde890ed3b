/**
 * `pnpm bench <suite>`: the figures that docs/performance.md quotes, as ratios within one run. Rows go to stdout as they
 * come, progress to stderr; Ctrl-C ends with what was measured until then.
 *
 * SCRATCH_NN_MNIST names a folder of MNIST's IDX files to measure on (drawn digits otherwise; peers needs it),
 * SCRATCH_NN_TABLES a folder of tables (accuracy needs it), SCRATCH_NN_PYTHON a Python that has NumPy, pandas and
 * scikit-learn (default /usr/bin/python3), SCRATCH_NN_PEERS a folder for what peers installs (a temporary one by default), SCRATCH_NN_BEFORE another checkout (before needs it).
 */
import { setV8Flags } from "@scratch-nn/parallel";
import { Command, CommanderError } from "commander";
import { compareRecords, RecordError } from "./command/compare.ts";
import { type BenchFlags, suiteCommand } from "./command/options.ts";
import { runSuite } from "./command/run-suite.ts";
import { SUITES } from "./command/suites.ts";

// As the command line does, for the kernels of 256 bits.
setV8Flags();

/** A slower row of `compare`, and weights that are not the same. */
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
