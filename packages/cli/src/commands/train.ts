/** `train`: from data to a trained network, or from where a run stopped to its end. */
import { Command } from "commander";
import { requireLossFlags } from "../options/loss-flags.ts";
import { settleOptimizer } from "../options/optimizer-flags.ts";
import { settleRegularisation } from "../options/regularisation-flags.ts";
import { addTrainOptions, type GivenOptions, type TrainOptions } from "../options/train-options.ts";
import { settleTrials } from "../options/trial-flags.ts";
import { settleValidation } from "../options/validation-flags.ts";
import { Interrupts, STOPPED_EARLY } from "../run/interrupts.ts";
import { resumeRun } from "../run/resume.ts";
import { defaultRunPath, RunFolder } from "../run/run-folder.ts";
import { trainInto } from "../run/train-into.ts";

export function trainCommand(): Command {
  return addTrainOptions(new Command("train"))
    .description("train a network and keep it")
    .allowExcessArguments(false)
    .action(async (options: GivenOptions, command: Command) => {
      const interrupts = new Interrupts();
      try {
        if (options.resume !== undefined) await resumeRun(options.resume, options, givenFlags(command), interrupts);
        else {
          requireLossFlags(options);
          const settled = settleTrials(settleRegularisation(settleOptimizer(options)), givenFlags(command));
          await startRun(settleValidation(settled), interrupts);
        }
      } finally {
        interrupts.dispose();
      }
    });
}

async function startRun(options: TrainOptions, interrupts: Interrupts): Promise<void> {
  const { out, data } = options;
  const folder = out === undefined ? RunFolder.claimNext(defaultRunPath(data)) : RunFolder.claim(out);
  // Until there is something to save, there is only the folder to clear away.
  interrupts.whileReading(STOPPED_EARLY, () => folder.discard());
  await trainInto(folder, options, interrupts);
}

/** Flags that are on the command line, whatever their defaults. */
function givenFlags(command: Command): ReadonlySet<keyof TrainOptions> {
  const names = Object.keys(command.opts()) as (keyof TrainOptions)[];
  return new Set(names.filter((name) => command.getOptionValueSource(name) === "cli"));
}
