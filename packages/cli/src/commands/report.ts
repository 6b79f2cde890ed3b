/** `report`: writes a run's results as an HTML page, and prints a summary. */
import { availableParallelism } from "node:os";
import { Command } from "commander";
import { wholeNumber, yesOrNo } from "../options/flags.ts";
import type { ReportRunOptions } from "../run/report-run.ts";

const EXAMPLES = `
Examples:
  $ pnpm report runs/churn                        # runs/churn/report.html, and what it says in short
  $ pnpm report runs/churn --out churn.html       # somewhere else, and nothing on stdout
  $ pnpm report runs/churn --json | jq .task      # for programs
`;

export function reportCommand(): Command {
  return new Command("report")
    .description(
      "look at a run: curves, confusion, calibration, the worst mistakes, what it relies on; as report.html, and in short",
    )
    .argument("<run>", "the folder of a run, or of a sweep")
    .option(
      "--data <source>",
      "where the run's data are now, which are known by their content (default: where they were)",
    )
    .option("--out <file>", "where to write the page (default: report.html in the run's folder)")
    .option("--open <yes|no>", "show the page in a browser (default: on a desktop's terminal)", yesOrNo("--open"))
    .option(
      "--workers <n>",
      "threads that read; they change nothing in the result",
      wholeNumber("--workers", 0, 1024, "2"),
      availableParallelism(),
    )
    .option("--json", "print one JSON object on stdout", false)
    .option("--quiet", "print nothing on stderr but errors", false)
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false)
    .action(async (run: string, options: ReportRunOptions) => {
      const { reportRun } = await import("../run/report-run.ts");
      await reportRun(run, options);
    });
}
