/** The flags of `train`: names, meanings, defaults. */
import { availableParallelism } from "node:os";
import {
  ACTIVATIONS,
  type Activation,
  INITIALISATIONS,
  type Initialisation,
  KERNEL_CHOICES,
  type KernelChoice,
} from "@scratch-nn/core";
import { DEFAULT_SEED, UPDATE_MODES, type UpdateMode } from "@scratch-nn/core/engine";
import { SCALES, type Scale } from "@scratch-nn/data";
import { type Command, Option } from "commander";
import { batchSize, decimalNumber, type Interval, interval, layerSizes, names, oneOf, wholeNumber } from "./flags.ts";
import { repeating } from "./json-form.ts";
import { MOST, MOST_SEED, MOST_SHARDS } from "./limits.ts";
import { addLossOptions, addTaskOptions, type LossFlags } from "./loss-flags.ts";
import { NOTES_DEFAULTS } from "./notes-defaults.ts";
import { addOptimizerOptions, type OptimizerFlags } from "./optimizer-flags.ts";
import { addRegularisationOptions, type RegularisationFlags } from "./regularisation-flags.ts";
import { addTableOptions, type TableFlags } from "./table-flags.ts";
import { addTrialOptions, type TrialFlags } from "./trial-flags.ts";
import { addValidationOptions, type ValidationFlags } from "./validation-flags.ts";

export interface TrainOptions
  extends TableFlags,
    LossFlags,
    OptimizerFlags,
    RegularisationFlags,
    ValidationFlags,
    TrialFlags {
  readonly data: string;
  readonly examples?: number;
  readonly testFraction?: number;
  readonly label?: string | readonly string[];
  readonly scale: Scale;
  readonly drop?: readonly string[];
  readonly categorical?: readonly string[];
  readonly numeric?: readonly string[];
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly init: Initialisation;
  readonly epochs: number;
  readonly batchSize: number | "full";
  readonly lr: number;
  readonly workers: number;
  readonly threadsAtWork?: number;
  readonly update: UpdateMode;
  readonly shards?: number;
  readonly seed: number;
  readonly kernels: KernelChoice;
  readonly out?: string;
  readonly resume?: string;
  /** The path of the trace file. */
  readonly trace?: string;
  /** The folder of TensorBoard's event files; true for the run's folder. */
  readonly tensorboard?: string | boolean;
  readonly checkpointEvery: Interval;
  readonly keepCheckpoints: number;
  /** Undefined for a command that writes no report. */
  readonly report?: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly ui?: boolean;
  readonly uiHost?: string;
  readonly uiPort?: number;
}

/** The options as given on the command line; those that the optimiser decides may be left open. */
export type GivenOptions = Omit<TrainOptions, "lr"> & { readonly lr?: number };

/** Adds all flags to a command. The defaults are the notes' job. */
export function addTrainOptions(command: Command): Command {
  return addRunOptions(addTrialOptions(addNetworkOptions(addDataOptions(command))));
}

/** Adds the flags that select the data. */
export function addDataOptions(command: Command): Command {
  const data = command
    .option(
      "--data <source>",
      "digits (drawn here), mnist, fashion-mnist, a directory of IDX files, of folders of images or of train.csv, a CSV file, or - for standard input",
      "digits",
    )
    .option(
      "--examples <n>",
      "number of examples to draw, or to take from the start of a file",
      wholeNumber("--examples", 2, MOST, "10000"),
    )
    .option(
      "--test-fraction <f>",
      "fraction held out for testing if the data has no test set (default: 0.2)",
      decimalNumber("--test-fraction", "a number from 0 to below 1", (f) => f >= 0 && f < 1, "0.2"),
    )
    .option(
      "--label <column>",
      "label column of a table, by name, by position from 1, or last (default: detected); several quantities or yes/no labels comma-separated, or by repeating the flag",
      oneOrMore,
    )
    .option(
      "--scale <how>",
      `how numbers are scaled: ${SCALES.join(", ")}; auto divides bytes of images by 255 and standardises others`,
      oneOf("--scale", SCALES),
      "auto",
    )
    .option("--drop <columns>", "columns of a table to leave out, comma-separated", names("--drop"))
    .option("--categorical <columns>", "columns to treat as categories, whatever they contain", names("--categorical"))
    .option("--numeric <columns>", "columns to treat as numbers, whatever they contain", names("--numeric"));
  return addTableOptions(addTaskOptions(data));
}

/** One value as it is, several values as a list. */
const oneOrMore = repeating<string | readonly string[]>(
  { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" }, minItems: 1 }] },
  (text, before) => (before === undefined ? text : [before, text].flat()),
);

/** Adds the flags of the network and its training, which may differ between runs on the same data. */
export function addNetworkOptions(command: Command): Command {
  const network = command
    .option("--hidden <units>", "units of each hidden layer, comma-separated", layerSizes("--hidden"), [
      ...NOTES_DEFAULTS.hidden,
    ])
    .option(
      "--activation <g>",
      `hidden activation: ${ACTIVATIONS.join(", ")}`,
      oneOf("--activation", ACTIVATIONS),
      NOTES_DEFAULTS.activation,
    )
    .option(
      "--init <rule>",
      `initialisation of the weights: ${INITIALISATIONS.join(", ")}`,
      oneOf("--init", INITIALISATIONS),
      NOTES_DEFAULTS.init,
    )
    .option(
      "--epochs <n>",
      "passes over the training examples",
      wholeNumber("--epochs", 1, MOST, "100"),
      NOTES_DEFAULTS.epochs,
    )
    .option("--batch-size <n>", "examples in a step, or full", batchSize("--batch-size"), NOTES_DEFAULTS.batchSize);
  const withUpdate = addRegularisationOptions(addOptimizerOptions(addLossOptions(network)));
  return addValidationOptions(withUpdate);
}

/** Adds the flags of the computation and its random numbers, shared by `train` and `sweep`. */
export function addComputingOptions(command: Command): Command {
  return command
    .option(
      "--shards <n>",
      "number of partial sums of a batch (default: by its size); another number gives other last bits",
      wholeNumber("--shards", 1, MOST_SHARDS, "8"),
    )
    .option("--seed <n>", "seed of all random numbers", wholeNumber("--seed", 0, MOST_SEED, "1"), DEFAULT_SEED)
    .option(
      "--kernels <name>",
      `implementation of the maths: ${KERNEL_CHOICES.join(", ")}; the bits are the same`,
      oneOf("--kernels", KERNEL_CHOICES),
      "auto",
    );
}

/** Adds the flags of the page that shows a run. */
function addPageOptions(command: Command): Command {
  return command
    .option("--ui", "serve a page that shows the run while it trains, and print its address")
    .option("--ui-port <n>", "port of the page (default: a free one)", wholeNumber("--ui-port", 1, 65_535, "8080"))
    .option(
      "--ui-host <address>",
      "network address to serve the page on; 0.0.0.0 lets anyone who knows the printed address open it (default: this machine only)",
    );
}

function addRunOptions(command: Command): Command {
  const withThreads = command
    .option(
      "--workers <n>",
      "number of threads including the main one, 0 for core alone; any number gives the same bits",
      wholeNumber("--workers", 0, 1024, "8"),
      availableParallelism(),
    )
    .option(
      "--threads-at-work <n>",
      "number of workers that compute at a time (default: chosen by timing); any number gives the same bits",
      wholeNumber("--threads-at-work", 1, 1024, "2"),
    )
    .option(
      "--update <who>",
      `threads that sum gradients and update weights: ${UPDATE_MODES.join(", ")}; main: the main thread, slices: each thread a slice, units: each thread the units that it computes, where a step can be cut so; the bits are the same`,
      oneOf("--update", UPDATE_MODES),
      "auto",
    );
  return addPageOptions(addComputingOptions(withThreads))
    .option("--out <folder>", "folder for config, metrics and model (default: runs/<time>-<name>)")
    .addOption(
      new Option(
        "--checkpoint-every <when>",
        "interval between checkpoints, in epochs (5) or time (30s, 10m, 2h); the end and Ctrl-C save one, too",
      )
        .argParser(interval("--checkpoint-every"))
        .default({ seconds: 30 }, "30s"),
    )
    .option(
      "--keep-checkpoints <n>",
      "number of checkpoints to keep",
      wholeNumber("--keep-checkpoints", 1, 1_000_000, "2"),
      2,
    )
    .option(
      "--resume <run>",
      "continue the run in this folder from its newest checkpoint; add --epochs to train longer",
    )
    .option(
      "--trace <file>",
      "write a trace of all threads for ui.perfetto.dev (Chrome trace-event JSON); of a long run, its first and last steps",
    )
    .option(
      "--tensorboard [folder]",
      "write event files for TensorBoard: loss, accuracy, learning rate, examples/s (default: in the run's folder)",
    )
    .option("--no-report", "do not write report.html")
    .option("--json", "print one JSON object on stdout", false)
    .option("--quiet", "do not print the plan and the progress", false);
}
