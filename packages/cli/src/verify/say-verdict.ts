/** Prints the result of `verify`: yes and what was compared, or no and where the run differs. */
import { EXIT } from "../output/exit.ts";
import { printableJson, readable } from "../output/printable.ts";
import { colorsFor, counted } from "../output/report.ts";
import { print } from "../output/stdout.ts";
import { Interrupts } from "../run/interrupts.ts";
import { Difference } from "./difference.ts";
import { type Agreement, type VerifyOptions, verifyRun } from "./verify-run.ts";

/** The exit code is 0 for yes, 1 for no. @throws InputError where the comparison is not possible */
export async function sayWhetherItAgrees(run: string, options: VerifyOptions): Promise<void> {
  const interrupts = new Interrupts();
  interrupts.whileReading("stopped before it was known whether the bits agree");
  try {
    const verdict = await verifyRun(run, options, interrupts).catch((error: unknown) => {
      if (error instanceof Difference) return error;
      throw error;
    });
    process.exitCode = verdict instanceof Difference ? EXIT.failure : EXIT.success;
    await print(`${options.json ? printableJson(asJson(run, options, verdict)) : inWords(options, verdict)}\n`);
  } finally {
    interrupts.dispose();
  }
}

function asJson(run: string, { workers }: VerifyOptions, verdict: Agreement | Difference) {
  if (!(verdict instanceof Difference)) return { run, workers, agrees: true, ...verdict };
  return { run, workers, agrees: false, where: verdict.where, what: verdict.what };
}

function inWords({ workers }: VerifyOptions, verdict: Agreement | Difference): string {
  const colors = colorsFor(process.stdout);
  if (verdict instanceof Difference) {
    return `${colors.red("no")}: ${readable(verdict.where)} differs: ${readable(verdict.what)}`;
  }
  const { epochs, checkpoints, trials, files, stretch } = verdict;
  const parts = [
    ...(epochs > 0 ? [counted(epochs, "epoch")] : []),
    ...(checkpoints > 0 ? [counted(checkpoints, "checkpoint")] : []),
    ...(trials > 0 ? [counted(trials, "trial")] : []),
    ...files,
  ];
  const threads = workers === 0 ? "the main thread alone" : counted(workers, "worker");
  return `${colors.green("yes")}: the bits agree, ${stretch}, with ${threads}: ${parts.join(", ")}`;
}
