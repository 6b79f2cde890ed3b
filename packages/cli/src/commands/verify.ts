/** `verify`: trains a run again from its folder and checks that the bits agree. */
import { availableParallelism } from "node:os";
import { KERNEL_CHOICES } from "@scratch-nn/core";
import { Command } from "commander";
import { oneOf, wholeNumber } from "../options/flags.ts";
import { MOST } from "../options/limits.ts";
import type { VerifyOptions } from "../verify/verify-run.ts";

const EXAMPLES = `
Examples:
  pnpm verify runs/churn                        the whole run, on all cores
  pnpm verify runs/churn --workers 1            the same bits on one thread
  pnpm verify runs/long --from-checkpoint 1     from its oldest checkpoint to the next one
  pnpm verify runs/churn && echo yes            exit code 0: the bits agree; 1: they differ; 2: flags or data are wrong`;

export function verifyCommand(): Command {
  return new Command("verify")
    .description(
      "train a run again from its folder, and say whether the bits agree: every epoch's figures and weights, checkpoints, the model",
    )
    .argument("<run>", "the folder of a run")
    .option(
      "--workers <n>",
      "threads; they change no bit",
      wholeNumber("--workers", 0, 1024, "2"),
      availableParallelism(),
    )
    .option(
      "--kernels <name>",
      `which implementation computes: ${KERNEL_CHOICES.join(", ")}; it changes no bit`,
      oneOf("--kernels", KERNEL_CHOICES),
      "auto",
    )
    .option("--data <source>", "where the run's data are now (default: where they were)")
    .option(
      "--from-checkpoint <k>",
      "only from that checkpoint to the next, from 1 for the oldest that is kept",
      wholeNumber("--from-checkpoint", 1, MOST, "1"),
    )
    .option("--json", "print one JSON object on stdout", false)
    .option("--quiet", "print nothing on stderr but errors", false)
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false)
    .action(async (run: string, options: VerifyOptions) => {
      const { sayWhetherItAgrees } = await import("../verify/say-verdict.ts");
      await sayWhetherItAgrees(run, options);
    });
}
