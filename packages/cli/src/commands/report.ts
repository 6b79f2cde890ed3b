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
      "write report.html of a run (curves, confusion, calibration, worst mistakes, feature importance) and print a summary",
    )
    .argument("<run>", "the folder of a run, or of a sweep")
    .option(
      "--data <source>",
      "where the run's data is now; it is recognised by its content (default: the path of the run)",
    )
    .option("--out <file>", "file to write (default: report.html in the run's folder)")
    .option(
      "--open <yes|no>",
      "open the report in a browser (default: yes in a terminal on a desktop)",
      yesOrNo("--open"),
    )
    .option(
      "--workers <n>",
      "number of threads that read the data; any number gives the same result",
      wholeNumber("--workers", 0, 1024, "2"),
      availableParallelism(),
    )
    .option("--json", "print one JSON object on stdout", false)
    .option("--quiet", "print only errors on stderr", false)
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false)
    .action(async (run: string, options: ReportRunOptions) => {
      const { reportRun } = await import("../run/report-run.ts");
      await reportRun(run, options);
    });
}
