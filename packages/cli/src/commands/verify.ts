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
      "repeat a run from its folder and check that all bits agree: every epoch's figures, the checkpoints, the model",
    )
    .argument("<run>", "the folder of a run")
    .option(
      "--workers <n>",
      "number of threads; any number gives the same bits",
      wholeNumber("--workers", 0, 1024, "2"),
      availableParallelism(),
    )
    .option(
      "--kernels <name>",
      `implementation of the maths: ${KERNEL_CHOICES.join(", ")}; the bits are the same`,
      oneOf("--kernels", KERNEL_CHOICES),
      "auto",
    )
    .option("--data <source>", "where the run's data is now (default: the path of the run)")
    .option(
      "--from-checkpoint <k>",
      "verify only from this checkpoint to the next one; 1 is the oldest",
      wholeNumber("--from-checkpoint", 1, MOST, "1"),
    )
    .option("--json", "print one JSON object on stdout", false)
    .option("--quiet", "print only errors on stderr", false)
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false)
    .action(async (run: string, options: VerifyOptions) => {
      const { sayWhetherItAgrees } = await import("../verify/say-verdict.ts");
      await sayWhetherItAgrees(run, options);
    });
}
