/** `runs`: lists, compares and deletes the runs that `train` and `sweep` have saved. */
import { InputError } from "@scratch-nn/core";
import { Command } from "commander";
import { age, wholeNumber } from "../options/flags.ts";
import { MOST } from "../options/limits.ts";
import type { CleanOptions } from "../runs/clean-runs.ts";

const FOLDER = "runs";

const EXAMPLES = `
Examples:
  pnpm runs                                            all that lie in runs/
  pnpm runs compare runs/a runs/b                      what differs: settings, then figures; names in runs/ do, too
  pnpm runs clean --unfinished                         shows what would be removed
  pnpm runs clean --all-but-best 3 --older-than 7d --yes
A folder that is called compare or clean is ./compare or ./clean.`;

export function runsCommand(): Command {
  return new Command("runs")
    .description("list runs: date, data, epochs, figures, and whether they can be resumed")
    .argument("[folder]", "folder of the runs", FOLDER)
    .option("--json", "print JSON on stdout", false)
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false)
    .action(async (folder: string, options: { readonly json: boolean }) => {
      const { listRuns } = await import("../runs/list-runs.ts");
      await listRuns(folder, options);
    })
    .addCommand(compareCommand())
    .addCommand(cleanCommand());
}

// The parent command parses a --json that follows the subcommand.
function compareCommand(): Command {
  return new Command("compare")
    .description("show the settings in which runs differ, and their figures side by side")
    .argument("<runs...>", "two or more folders of runs, or names of runs in runs/")
    .option("--json", "print one JSON object on stdout", false)
    .action(async (runs: string[], _: unknown, command: Command) => {
      if (runs.length < 2) {
        const found = `${runs[0]} alone`;
        throw new InputError({ where: "runs compare", expected: "two runs or more", found, remedy: "name another" });
      }
      const { compareRuns } = await import("../runs/compare-runs.ts");
      await compareRuns(runs, command.optsWithGlobals());
    });
}

function cleanCommand(): Command {
  return new Command("clean")
    .description(
      "remove runs; only with --yes; never a running one, never a file that no run wrote, never through a link",
    )
    .argument("[folder]", "folder of the runs", FOLDER)
    .option("--unfinished", "runs that stopped before they saved a checkpoint")
    .option("--older-than <age>", "only runs that have not changed for this time: 12h, 30d, 8w", age("--older-than"))
    .option(
      "--all-but-best <n>",
      "of the finished runs on the same data, all but the n best by the figure that runs shows",
      wholeNumber("--all-but-best", 1, MOST, "3"),
    )
    .option("--checkpoints", "only the checkpoints and saved trials of finished runs")
    .option("--yes", "remove; without it, the command only shows what it would remove", false)
    .option("--json", "print JSON on stdout", false)
    .allowExcessArguments(false)
    .action(async (folder: string, _: unknown, command: Command) => {
      const { cleanRuns } = await import("../runs/clean-runs.ts");
      await cleanRuns(folder, command.optsWithGlobals<CleanOptions>());
    });
}
