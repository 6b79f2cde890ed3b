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
    .description("make a model of dense layers that PyTorch, Keras, NumPy or export saved as safetensors or npz")
    .argument("<file>", "a state dict as safetensors, or arrays of Keras or NumPy as npz")
    .requiredOption("--out <model>", "model file to write, for predict, evaluate and export")
    .option(
      "--layers <names>",
      "names of the layers to import, in order (default: all, ordered by number)",
      names("--layers"),
    )
    .option(
      "--layout <name>",
      "layout of the weights: pytorch [outputs, inputs], keras [inputs, outputs] (default: by their names)",
      oneOf("--layout", LAYOUTS),
    )
    .option(
      "--activation <name>",
      `of the hidden layers: ${ACTIVATIONS.join(", ")} (default: relu)`,
      oneOf("--activation", ACTIVATIONS),
    )
    .option(
      "--output <name>",
      `output of the last layer: ${OUTPUTS.join(", ")} (default: softmax for two or more units)`,
      oneOf("--output", OUTPUTS),
    )
    .option(
      "--classes <names>",
      "names of the classes in the order of the outputs (default: 0, 1, ...)",
      names("--classes"),
    )
    .option("--label <names>", "label column; for quantities or labels, one for each output", names("--label"))
    .option(
      "--columns <names>",
      "names of the input columns, in order (default: none, for a table without a header)",
      names("--columns"),
    )
    .option("--scale <factor>", "factor on the inputs, 1/255 for pixels (default: 1)", quotient("--scale"))
    .option(
      "--center <numbers>",
      "inputs are standardised as (x - center) / spread: one number, or one for each input",
      decimalNumbers("--center", "numbers, comma-separated", () => true, "0.1307"),
    )
    .option(
      "--spread <numbers>",
      "see --center",
      decimalNumbers("--spread", "numbers above 0, comma-separated", (x) => x > 0, "0.3081"),
    )
    .option("--force", "overwrite an existing file", false)
    .option("--json", "print one JSON object on stdout", false)
    .option("--quiet", "print only errors", false)
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false)
    .action(async (file: string, { out, force, json, quiet, ...settings }: ImportFlags) => {
      const { importWeights } = await import("../inference/import-weights.ts");
      const { OWN_FILES: kept } = await import("../run/run-folder.ts");
      await importWeights(file, settings, { out, force, json, quiet, kept });
    });
}
