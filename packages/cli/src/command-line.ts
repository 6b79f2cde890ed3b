/** Builds the command line's parser. It throws all errors; it neither prints nor exits. */
import { readFileSync } from "node:fs";
import { refusalOfMany } from "@scratch-nn/cluster/launch";
import { Command, type CommanderError } from "commander";
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
import { refuseSecondSource } from "./options/one-source.ts";
import { withOtherName } from "./options/other-names.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** In the order that `--help` lists them. */
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

/** Commands that share their work between the processes that an MPI launcher has started. Several processes may run no other. */
const FOR_SEVERAL_PROCESSES = ["train"];

/** Ends a process that has nothing to do or to print, since another one does. It is no failure. */
export class NothingToDo extends Error {
  override readonly name = "NothingToDo";
}

/**
 * @param tell receives the text of `--help` and `--version`
 * @param env the process's environment, in which MPI launchers set their variables
 */
export function commandLine(tell: (text: string) => void, env: NodeJS.ProcessEnv = process.env): Command {
  const program = new Command("scratch-nn")
    .description(
      "A neural network from nothing but maths, trained on every core, with the same bits on any number of them.",
    )
    .version(version);
  for (const make of COMMANDS) program.addCommand(make());
  program.hook("preAction", (_, command) => {
    const [name] = pathOf(command);
    const refusal = FOR_SEVERAL_PROCESSES.includes(name) ? undefined : refusalOfMany(name, env);
    if (refusal === undefined) return;
    // If another process failed too, the launcher could end the first before it has printed the error.
    throw refusal.isFirst ? refusal.error : new NothingToDo();
  });
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    const fail = (error: CommanderError): never => {
      throw withOtherName(error, command);
    };
    refuseSecondSource(command);
    command.exitOverride(fail).configureOutput({ outputError: () => {}, writeOut: tell });
  }
  return program;
}

/** The command's name and those of its parents below the program, outermost first. */
function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}
