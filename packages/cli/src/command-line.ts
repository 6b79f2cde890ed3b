/** The command line's commands, for whoever parses: what goes wrong is thrown, nothing is printed, nothing exits. */
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
import { withOtherName } from "./options/other-names.ts";

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

/** Those that share their work with the other processes of an MPI launcher; all others are refused where it has started several. */
const FOR_SEVERAL_PROCESSES = ["train"];

/** What ends a process that has nothing to do: another one does, or says, it all. */
export class NothingToDo extends Error {
  override readonly name = "NothingToDo";
}

/**
 * @param tell receives what `--help` and `--version` print
 * @param env of the process, where launchers say what they have started
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
    // The first says it for all: the end of another would be the end of it, before it has.
    throw refusal.isFirst ? refusal.error : new NothingToDo();
  });
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    const fail = (error: CommanderError): never => {
      throw withOtherName(error, command);
    };
    command.exitOverride(fail).configureOutput({ outputError: () => {}, writeOut: tell });
  }
  return program;
}

/** Names below the program's. */
function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}
