/** The command line: parses, runs, and turns whatever goes wrong into one message and an exit code. */
import { readFileSync } from "node:fs";
import { setV8Flags } from "@scratch-nn/parallel";
import { Command, CommanderError } from "commander";
import { evaluateCommand } from "./commands/evaluate.ts";
import { exportCommand } from "./commands/export.ts";
import { importCommand } from "./commands/import.ts";
import { predictCommand } from "./commands/predict.ts";
import { reportCommand } from "./commands/report.ts";
import { runsCommand } from "./commands/runs.ts";
import { sweepCommand } from "./commands/sweep.ts";
import { trainCommand } from "./commands/train.ts";
import { uiCommand } from "./commands/ui.ts";
import { verifyCommand } from "./commands/verify.ts";
import { whereTheUserStands } from "./options/where-the-user-stands.ts";
import { EXIT, exitCodeOf, explain } from "./output/exit.ts";
import { NobodyReadsError, neverWaitForTerminals, print } from "./output/stdout.ts";

setV8Flags();

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** In the order of `--help`. */
const COMMANDS = [
  trainCommand,
  sweepCommand,
  predictCommand,
  evaluateCommand,
  reportCommand,
  exportCommand,
  importCommand,
  verifyCommand,
  uiCommand,
  runsCommand,
];

const program = new Command("scratch-nn")
  .description(
    "A neural network from nothing but maths, trained on every core, with the same bits on any number of them.",
  )
  .version(version);

for (const make of COMMANDS) program.addCommand(make());

/** What `--help` and `--version` print. */
let told = "";

for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
  // Commander would print and exit; both are done in one place, below.
  command.exitOverride().configureOutput({
    outputError: () => {},
    writeOut: (text) => {
      told += text;
    },
  });
}

/** `pnpm train -- --x` hands the first `--` on. */
const args = process.argv.slice(2).filter((arg, i) => !(arg === "--" && i === 1));

const folder = whereTheUserStands(args[0], process.env);
if (folder !== undefined) process.chdir(folder);

neverWaitForTerminals();

try {
  await program.parseAsync(args, { from: "user" }).catch(async (error: unknown) => {
    if (!(error instanceof CommanderError && error.exitCode === 0)) throw error;
    await print(told);
  });
} catch (error) {
  // A reader that has seen enough (`| head`) is no failure, and there is no reason to read on.
  if (error instanceof NobodyReadsError) process.exit(EXIT.success);
  process.stderr.write(`${explain(error, helpOf(args[0]))}\n`);
  process.exitCode = exitCodeOf(error);
}

/** The command that tells how one is used. */
function helpOf(name: string | undefined): string {
  const isKnown = program.commands.some((command) => command.name() === name);
  return isKnown ? helpFor(name!) : program.commands.map((command) => helpFor(command.name())).join(", ");
}

/** `pnpm import` is pnpm's own command, for lock files. */
function helpFor(name: string): string {
  return `pnpm ${name === "import" ? "run import" : name} --help`;
}
