/** `import`: converts another program's weights to a model of ours. */
import type { Activation, Output } from "@scratch-nn/core";
import { ACTIVATIONS, OUTPUTS } from "@scratch-nn/core";
import type { ImportSettings, Layout } from "@scratch-nn/formats";
import { Command } from "commander";
import { decimalNumbers, names, oneOf, quotient } from "../options/flags.ts";

const LAYOUTS = ["pytorch", "keras"] as const satisfies readonly Layout[];

const EXAMPLES = `
Examples:
  $ pnpm run import mlp.safetensors --scale 1/255 --out mnist.safetensors    # torch's state dict of an nn.Sequential
  $ pnpm run import keras.npz --activation tanh --classes setosa,versicolor,virginica --out iris.safetensors
  $ pnpm run import houses.npz --output identity --columns area,rooms --label price --out houses.safetensors
  $ pnpm evaluate mnist.safetensors --data mnist                             # what it is worth

It is "pnpm run import": "pnpm import" is a command of pnpm's own, for lock files.
`;

interface ImportFlags extends ImportSettings {
  readonly activation?: Activation;
  readonly output?: Output;
  readonly out: string;
  readonly force: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

export function importCommand(): Command {
  return new Command("import")
    .description(
      "a model of weights that PyTorch, Keras or NumPy saved: dense layers as safetensors or npz; what export wrote, too",
    )
    .argument("<file>", "a state dict as safetensors, or Keras' or NumPy's arrays as npz")
    .requiredOption("--out <model>", "where to: a model file for predict, evaluate and export")
    .option(
      "--layers <names>",
      "the layers to take, in their order (default: all, by their numbers)",
      names("--layers"),
    )
    .option(
      "--layout <name>",
      "how weights lie: pytorch [outputs, inputs], keras [inputs, outputs] (default: by their names)",
      oneOf("--layout", LAYOUTS),
    )
    .option(
      "--activation <name>",
      `of the hidden layers: ${ACTIVATIONS.join(", ")} (default: relu)`,
      oneOf("--activation", ACTIVATIONS),
    )
    .option(
      "--output <name>",
      `what the last layer gives: ${OUTPUTS.join(", ")} (default: softmax, where there are two or more)`,
      oneOf("--output", OUTPUTS),
    )
    .option("--classes <names>", "their names in the order of the outputs (default: 0, 1, ...)", names("--classes"))
    .option(
      "--label <names>",
      "the column of the classes; of quantities or labels, one for each output",
      names("--label"),
    )
    .option(
      "--columns <names>",
      "of the inputs, in their order (default: none, a table without a header)",
      names("--columns"),
    )
    .option("--scale <factor>", "what inputs are multiplied by, 1/255 for pixels (default: 1)", quotient("--scale"))
    .option(
      "--center <numbers>",
      "inputs go in as (x - center) / spread: one number, or one for each",
      decimalNumbers("--center", "numbers, comma-separated", () => true, "0.1307"),
    )
    .option(
      "--spread <numbers>",
      "see --center",
      decimalNumbers("--spread", "numbers above 0, comma-separated", (x) => x > 0, "0.3081"),
    )
    .option("--force", "write over a file that is there", false)
    .option("--json", "print one JSON object on stdout", false)
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false)
    .action(async (file: string, { out, force, json, quiet, ...settings }: ImportFlags) => {
      const { importWeights } = await import("../inference/import-weights.ts");
      const { OWN_FILES: kept } = await import("../run/run-folder.ts");
      await importWeights(file, settings, { out, force, json, quiet, kept });
    });
}
