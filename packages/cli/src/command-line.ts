/** The command line's commands, for whoever parses: what goes wrong is thrown, nothing is printed, nothing exits. */
import { readFileSync } from "node:fs";
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

/** @param tell receives what `--help` and `--version` print */
export function commandLine(tell: (text: string) => void): Command {
  const program = new Command("scratch-nn")
    .description(
      "A neural network from nothing but maths, trained on every core, with the same bits on any number of them.",
    )
    .version(version);
  for (const make of COMMANDS) program.addCommand(make());
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    const fail = (error: CommanderError): never => {
      throw withOtherName(error, command);
    };
    command.exitOverride(fail).configureOutput({ outputError: () => {}, writeOut: tell });
  }
  return program;
}
