#!/usr/bin/env node
/** The command line: parses, runs, and turns whatever goes wrong into one message and an exit code. */
import { readFileSync } from "node:fs";
import { setV8Flags } from "@scratch-nn/parallel";
import { Command, CommanderError } from "commander";
import { evaluateCommand } from "./commands/evaluate.ts";
import { predictCommand } from "./commands/predict.ts";
import { trainCommand } from "./commands/train.ts";
import { whereTheUserStands } from "./options/where-the-user-stands.ts";
import { EXIT, exitCodeOf, explain, FailureError } from "./output/exit.ts";

setV8Flags();

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("scratch-nn")
  .description(
    "A neural network from nothing but maths, trained on every core, with the same bits on any number of them.",
  )
  .version(version)
  .addCommand(trainCommand())
  .addCommand(predictCommand())
  .addCommand(evaluateCommand());

for (const command of [program, ...program.commands]) {
  // Commander would print and exit; both are done in one place, below.
  command.exitOverride().configureOutput({ outputError: () => {} });
}

/** `pnpm train -- --x` hands the first `--` on. */
const args = process.argv.slice(2).filter((arg, i) => !(arg === "--" && i === 1));

const folder = whereTheUserStands(args[0], process.env);
if (folder !== undefined) process.chdir(folder);

// Nobody reads it any more: a pipe that is closed, a terminal that is gone. What there is to save is saved all the same.
process.stderr.on("error", () => {});
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? EXIT.success);
  if (error.code === "EIO") return;
  process.stderr.write(
    `${explain(new FailureError(`what was to be printed could not be written: ${error.message}`))}\n`,
  );
  process.exit(EXIT.failure);
});

try {
  await program.parseAsync(args, { from: "user" });
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = EXIT.success;
  else {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
