/**
 * Defines the recipes. Most are the small form of RealMLP (Holzmüller, Grinsztajn and Steinwart, "Better by default:
 * strong pre-tuned MLPs and boosted trees on tabular data", 2024). docs/accuracy.md lists the differences and the
 * scores behind the choices.
 */
import type { DataSize, Portfolio, Recipe } from "./recipe.ts";

const isQuantity = ({ task }: DataSize): boolean => task === "quantities";

/** 256 for up to 2,800 rows; for more, the power of two that is nearest to 512,000 rows in all, down to 32. */
function epochsFor({ rows }: Pick<DataSize, "rows">): number {
  let epochs = 256;
  while (epochs > 32 && epochs * rows > 512_000 * Math.SQRT2) epochs /= 2;
  return epochs;
}

/** The ends of the waves of the cos(log) schedule, where the learning rate is zero: t = 1/15, 3/15, 7/15. */
function endsOfWaves(epochs: number): readonly number[] {
  const ends = [1, 3, 7].map((t) => Math.round((t * epochs) / 15));
  return ends.filter((epoch, i) => epoch >= 1 && epoch < epochs && epoch !== ends[i - 1]);
}

interface Strengths {
  readonly dropout: number;
  readonly decay: number;
  readonly schedule: "constant" | "flat-cosine";
}

/** The common settings of the recipes based on RealMLP. */
function realMlp(
  hidden: readonly number[],
  { dropout, decay, schedule }: Strengths,
): Omit<Recipe, "name" | "usesBins"> {
  return {
    hidden,
    folds: 5,
    epochs: epochsFor,
    snapshots: endsOfWaves,
    network: (size) => ({ activation: isQuantity(size) ? "mish" : "selu", init: "lecun", zeroOutput: true }),
    fit: (size, inputs) => ({
      batchSize: 256,
      optimizer: { name: "adamw", beta2: 0.95, weightDecay: decay },
      learningRate: isQuantity(size) ? 0.07 : 0.04,
      // These factors scale the steps to our weights. Theirs start as z = W x / sqrt(n), with W of variance 1.
      factors: { layers: [inputs, ...hidden].map((units) => 1 / Math.sqrt(units)), biases: 0.3 },
      schedule: { name: "cos-log" },
      decaySchedule: schedule,
      ...(hidden.length === 0 ? {} : { dropout: { rate: dropout, schedule } }),
      ...(size.task === "classes" ? { loss: { name: "cross-entropy", labelSmoothing: 0.1 } } : {}),
    }),
  };
}

const MILD: Strengths = { dropout: 0.15, decay: 0.1, schedule: "flat-cosine" };
const STRONG: Strengths = { dropout: 0.3, decay: 0.25, schedule: "constant" };

const NUMBERS: Recipe = { name: "numbers", usesBins: false, ...realMlp([128, 128], MILD) };
const BINS: Recipe = { name: "bins", usesBins: true, ...realMlp([128, 128], MILD) };

/** For tables whose signal is mostly noise: few epochs, so that the network has little time to memorise it. */
const SHORT: Recipe = {
  name: "short",
  usesBins: false,
  ...realMlp([128, 128], STRONG),
  epochs: (size) => Math.max(32, epochsFor(size) / 8),
  snapshots: () => [],
};

const DEEP: Recipe = { name: "deep", usesBins: false, ...realMlp([256, 256, 256], MILD) };

/** The defaults of scikit-learn's MLPClassifier and MLPRegressor, except for the batch size in small tables. */
const SHALLOW: Recipe = {
  name: "shallow",
  usesBins: false,
  hidden: [100],
  folds: 5,
  epochs: () => 200,
  snapshots: () => [],
  network: () => ({ activation: "relu", init: "xavier" }),
  fit: () => ({ batchSize: 200, optimizer: { name: "adam" }, learningRate: 0.001 }),
};

const ALONE: readonly Recipe[] = [NUMBERS, BINS, SHORT, DEEP, SHALLOW];

/** The default for tables where no flag sets the training. */
export const AUTO = "auto";

/** The names that --recipe accepts, except the notes'. */
export const RECIPES: readonly string[] = [AUTO, ...ALONE.map(({ name }) => name)];

/** The largest number of bins of each number, where a recipe learns from them. */
const BINS_OF_A_NUMBER = 8;

/** @returns 0 where the recipe does not learn from bins */
export function binsFor(name: string): number {
  return name === AUTO || name === BINS.name ? BINS_OF_A_NUMBER : 0;
}

/** @param size the size of the data; where no number has bins, other recipes join the first */
export function portfolioNamed(name: string, { bins }: Pick<DataSize, "bins">): Portfolio {
  if (name === AUTO) return [NUMBERS, bins > 0 ? BINS : SHORT];
  return ALONE.filter((recipe) => recipe.name === name);
}
