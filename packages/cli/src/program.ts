/** Runs the command line and turns every error into one message and an exit code. */
import { setV8Flags } from "@scratch-nn/parallel";
import { CommanderError } from "commander";
import { commandLine, NothingToDo } from "./command-line.ts";
import { whereTheUserStands } from "./options/where-the-user-stands.ts";
import { EXIT, exitCodeOf, explain } from "./output/exit.ts";
import { NobodyReadsError, neverWaitForTerminals, print } from "./output/stdout.ts";

setV8Flags();

/** The output of `--help` and `--version`. */
let told = "";
const program = commandLine((text) => {
  told += text;
});

/** `pnpm train -- --x` passes the first `--` on to the program. */
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
  // A reader that stops early (`| head`) is no failure, and reading further input is pointless.
  if (error instanceof NobodyReadsError || error instanceof NothingToDo) process.exit(EXIT.success);
  process.stderr.write(`${explain(error, helpOf(args[0]))}\n`);
  process.exitCode = exitCodeOf(error);
}

/** The command that prints a command's help. */
function helpOf(name: string | undefined): string {
  const isKnown = program.commands.some((command) => command.name() === name);
  return isKnown
    ? helpFor(name!)
    : `pnpm <command> --help, of ${program.commands.map((command) => command.name()).join(", ")}`;
}

/** `pnpm import` is pnpm's own command, for lock files. */
function helpFor(name: string): string {
  return `pnpm ${name === "import" ? "run import" : name} --help`;
}
