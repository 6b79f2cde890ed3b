/** The recipes. */
import { InputError, type Task } from "@scratch-nn/core";
import type { Portfolio, Recipe } from "./recipe.ts";

const DEEP: Recipe = {
  name: "deep",
  hidden: [256, 256, 256],
  network: { activation: "selu" },
  fit: {
    epochs: 64,
    batchSize: 64,
    optimizer: { name: "adamw" },
    learningRate: 0.002,
    schedule: { name: "cosine" },
  },
  folds: 5,
  repeats: 1,
};

const SHALLOW: Recipe = {
  name: "shallow",
  hidden: [100],
  network: { activation: "relu" },
  fit: { epochs: 60, batchSize: 64, optimizer: { name: "adam" }, learningRate: 0.001 },
  folds: 5,
  repeats: 1,
};

const LINEAR: Recipe = {
  name: "linear",
  hidden: [],
  network: { activation: "identity" },
  fit: { epochs: 100, batchSize: 64, optimizer: { name: "adam" }, learningRate: 0.01 },
  folds: 5,
  repeats: 1,
};

/** Of one recipe each, and all together as `auto`. */
const PORTFOLIOS: Readonly<Record<string, Portfolio>> = {
  auto: [DEEP, SHALLOW, LINEAR],
  ...Object.fromEntries([DEEP, SHALLOW, LINEAR].map((recipe) => [recipe.name, [recipe]])),
};

/** What tables are trained with where nothing says how. */
export const AUTO = "auto";

/** The names that --recipe takes, but for the notes'. */
export const RECIPES: readonly string[] = Object.keys(PORTFOLIOS);

/** @throws InputError where none of them is for such a task */
export function portfolioNamed(name: string, task: Task["kind"]): Portfolio {
  const isFor = ({ tasks }: Recipe): boolean => tasks === undefined || tasks.includes(task);
  const portfolio = PORTFOLIOS[name].filter(isFor);
  if (portfolio.length > 0) return portfolio;
  const others = RECIPES.filter((other) => PORTFOLIOS[other].some(isFor));
  throw new InputError({
    where: "--recipe",
    expected: `one for ${task}: ${others.join(", ")}`,
    found: name,
    remedy: "choose one of those",
  });
}
