/** `ui`: shows the page of a run that has finished, was stopped, or is in training by another process. */
import { Command } from "commander";
import { wholeNumber } from "../options/flags.ts";
import { Interrupts } from "../run/interrupts.ts";

interface UiOptions {
  readonly uiHost?: string;
  readonly uiPort?: number;
}

export function uiCommand(): Command {
  return new Command("ui")
    .description("serve the page of a run: its curves, weights and confusion; a stopped run can be continued there")
    .argument("<run>", "the folder of a run")
    .option(
      "--ui-port <n>",
      "port of the page (default: the run's last one, or a free one)",
      wholeNumber("--ui-port", 1, 65_535, "8080"),
    )
    .option(
      "--ui-host <address>",
      "network address to serve the page on; 0.0.0.0 lets anyone who knows the printed address open it (default: this machine only)",
    )
    .addHelpText(
      "after",
      `
Examples:
  pnpm ui runs/churn                  the address is printed; Ctrl-C ends it
  pnpm train --ui                     the same while it trains`,
    )
    .allowExcessArguments(false)
    .action(async (run: string, { uiHost: host, uiPort: port }: UiOptions) => {
      const interrupts = new Interrupts();
      interrupts.whileReading("the page was not open yet");
      try {
        const [{ withPage }, { readKeptRun }, { showKept }] = await Promise.all([
          import("../live/with-page.ts"),
          import("../live/kept-run.ts"),
          import("../live/show-kept.ts"),
        ]);
        const kept = await readKeptRun(run);
        let stop = (): void => {};
        const act = async (page: Parameters<typeof showKept>[0]): Promise<void> => {
          stop = showKept(page, run, kept);
        };
        await withPage({ host, port }, { run, act }, interrupts).finally(() => stop());
      } finally {
        interrupts.dispose();
      }
    });
}
