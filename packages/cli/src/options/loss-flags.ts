/** The flags of the task, the output and the loss. */
import {
  type ClassesTask,
  InputError,
  LOSSES,
  type LossName,
  type LossOptions,
  type Output,
  type Task,
  taskOf,
} from "@scratch-nn/core";
import { excerpt, type Field } from "@scratch-nn/core/engine";
import { type Dataset, TASKS, type TaskName } from "@scratch-nn/data";
import type { Command } from "commander";
import { decimalNumber, oneOf } from "./flags.ts";
import { type JsonSchema, reader } from "./json-form.ts";

/** The outputs for two classes; every other task has exactly one output type. */
const CLASS_OUTPUTS = ["softmax", "sigmoid"] as const satisfies readonly Output[];
type ClassOutput = (typeof CLASS_OUTPUTS)[number];

/** A weight for each class by name, or "balanced", which gives all classes the same influence. */
export type ClassWeights = "balanced" | Readonly<Record<string, number>>;

/** Undefined where the label determines the task. */
export interface LossFlags {
  readonly task?: TaskName;
  readonly clamp?: boolean;
  readonly output?: ClassOutput;
  readonly loss?: LossName;
  readonly huberDelta?: number;
  readonly labelSmoothing?: number;
  readonly classWeights?: ClassWeights;
}

const isPositive = (x: number): boolean => Math.fround(x) > 0 && Number.isFinite(Math.fround(x));
const isPart = (x: number): boolean => x >= 0 && Math.fround(x) < 1;
const isWeight = (x: number): boolean => x >= 0 && Number.isFinite(Math.fround(x));

export function addTaskOptions(command: Command): Command {
  return command
    .option(
      "--task <what>",
      `what the label is: ${TASKS.join(", ")} (default: words, two different numbers, up to 10 different whole numbers with three rows each on average, and whole numbers in a column named label, class, species or the like are classes, other numbers a quantity; several label columns are labels where all say yes or no, else quantities)`,
      oneOf("--task", TASKS),
    )
    .option("--clamp", "limit predictions of a quantity to its range in the training rows");
}

export function addLossOptions(command: Command): Command {
  return command
    .option(
      "--output <what>",
      `output of a network for two classes: ${CLASS_OUTPUTS.join(", ")}; softmax has a unit for each, sigmoid one for both (default: softmax)`,
      oneOf("--output", CLASS_OUTPUTS),
    )
    .option(
      "--loss <name>",
      `loss function: ${LOSSES.join(", ")} (default: cross-entropy; of a quantity squared-error, huber is for outliers)`,
      oneOf("--loss", LOSSES),
    )
    .option(
      "--huber-delta <d>",
      "residual at which huber changes from quadratic to linear, in standard deviations of the quantity (default: 1)",
      decimalNumber("--huber-delta", "a finite number above 0 that fits a 32-bit float", isPositive, "1"),
    )
    .option(
      "--label-smoothing <e>",
      "label smoothing: probability that is spread evenly over all classes (default: 0)",
      decimalNumber("--label-smoothing", "a number from 0 to below 1", isPart, "0.1"),
    )
    .option(
      "--class-weights <w>",
      "weight of each class in the loss: balanced, or name=weight, comma-separated (default: 1 each)",
      reader(WEIGHTS, readWeights),
    );
}

/** In JSON: an object of weights by class name. */
const WEIGHTS: JsonSchema = { anyOf: [{ enum: ["balanced"] }, { type: "object" }] };

/** Reads `balanced`, or a=2,b=1; a name may contain =. */
function readWeights(text: string): ClassWeights {
  if (text === "balanced") return text;
  const read = decimalNumber("--class-weights", "balanced, or weights from 0 as name=weight", isWeight, "balanced");
  const weights = text.split(",").map((part) => {
    const at = part.lastIndexOf("=");
    return [part.slice(0, Math.max(0, at)).trim(), read(at < 1 ? part : part.slice(at + 1).trim())] as const;
  });
  const nameless = weights.findIndex(([name]) => name === "");
  if (nameless >= 0)
    throw refused("--class-weights", "name=weight, comma-separated", excerpt(text), "pass for example a=2,b=1");
  const names = weights.map(([name]) => name);
  const doubled = names.find((name, i) => names.indexOf(name) < i);
  if (doubled !== undefined)
    throw refused("--class-weights", "each class once", `${excerpt(doubled)} twice`, "leave one out");
  return Object.fromEntries(weights);
}

/** @throws InputError naming two flags that contradict each other */
export function requireLossFlags({ loss, huberDelta, labelSmoothing, classWeights: weights }: LossFlags): void {
  if (huberDelta !== undefined && loss !== "huber") {
    throw refused(
      "--huber-delta",
      "--loss huber beside it",
      loss === undefined ? "none" : `--loss ${loss}`,
      "leave one out, or pass --loss huber",
    );
  }
  const ofClasses = [
    ["--label-smoothing", labelSmoothing],
    ["--class-weights", weights],
  ] as const;
  for (const [flag, value] of ofClasses) {
    if (value === undefined || loss === undefined || loss === "cross-entropy") continue;
    throw refused(flag, "--loss cross-entropy", `--loss ${loss}`, "leave one of the two out");
  }
}

/** @throws InputError naming --output where the task does not have two classes */
export function outputOf({ output }: LossFlags, task: Task): Output {
  const own = { classes: "softmax", labels: "sigmoid", quantities: "identity" } as const;
  if (output === undefined || output === own[task.kind]) return own[task.kind];
  if (task.kind !== "classes")
    throw refused("--output", "nothing, for a label that is no class", output, "leave it out, or pass --task classes");
  if (task.classes.length === 2) return output;
  throw refused("--output", "softmax, as there are more classes than two", output, "leave it out");
}

/** The number of outputs of a network for the task. */
export function outputsOf(task: Task, output: Output): number {
  if (task.kind !== "classes") return task.names.length;
  return output === "sigmoid" ? 1 : task.classes.length;
}

/**
 * The loss that the flags name, with weights for the classes of the data.
 * @returns undefined for the output's default loss
 * @throws InputError naming a flag that does not fit the task, or a class that does not exist
 */
export function lossOf(flags: LossFlags, dataset: Dataset): LossOptions | undefined {
  const task = taskOf(dataset);
  const { loss, huberDelta, labelSmoothing, classWeights: weights } = flags;
  if (task.kind === "quantities") {
    const wrong = [
      ["--loss", loss === "cross-entropy" ? loss : undefined],
      ["--label-smoothing", labelSmoothing],
      ["--class-weights", weights === undefined ? undefined : describeWeights(weights)],
    ].find(([, value]) => value !== undefined);
    if (wrong)
      throw refused(
        wrong[0] as string,
        "classes, and the label is a quantity",
        String(wrong[1]),
        "leave it out, or pass --task classes",
      );
    return loss === "huber" ? { name: loss, ...(huberDelta === undefined ? {} : { delta: huberDelta }) } : undefined;
  }
  if (loss !== undefined && loss !== "cross-entropy") {
    throw refused(
      "--loss",
      `cross-entropy, as the label is ${task.kind}`,
      loss,
      "leave it out, or pass --task quantity",
    );
  }
  if (weights !== undefined && task.kind === "labels") {
    throw refused(
      "--class-weights",
      "one label of classes",
      `${task.names.length} of yes or no`,
      "leave it out, or pass --task classes",
    );
  }
  if (labelSmoothing === undefined && weights === undefined) return undefined;
  return {
    name: "cross-entropy",
    ...(labelSmoothing === undefined ? {} : { labelSmoothing }),
    ...(weights === undefined ? {} : { classWeights: weightsOf(weights, task as ClassesTask, dataset) }),
  };
}

/**
 * Balanced: m / (K m_k) for class k with m_k of the m training examples; the mean over the examples is 1. A class
 * without examples does not count.
 */
function weightsOf(weights: ClassWeights, { classes }: ClassesTask, { labels, train }: Dataset): number[] {
  if (weights !== "balanced") {
    const unknown = Object.keys(weights).find((name) => !classes.includes(name));
    if (unknown === undefined) {
      const all = classes.map((name) => (Object.hasOwn(weights, name) ? weights[name] : 1));
      if (all.some((weight) => Math.fround(weight) > 0)) return all;
      throw refused("--class-weights", "a class of a weight above 0", "none", "leave them out, or weigh one");
    }
    const some = classes.slice(0, 10).map(excerpt).join(", ");
    throw refused(
      "--class-weights",
      `classes of the data (${some}${classes.length > 10 ? ", ..." : ""})`,
      excerpt(unknown),
      "check the spelling",
    );
  }
  const counts = new Array<number>(classes.length).fill(0);
  for (const column of train) counts[labels[column]]++;
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : train.length / (present * count)));
}

export function describeWeights(weights: ClassWeights): string {
  return weights === "balanced"
    ? weights
    : Object.entries(weights)
        .map(([name, weight]) => `${name}=${weight}`)
        .join(",");
}

/** Reads the task and the loss from a run's config. @throws InputError naming a field that is not valid for a run */
export function readLossFlags(field: Field): LossFlags {
  const optional = <Value>(name: keyof LossFlags, read: (of: Field) => Value): { [key: string]: Value } => {
    const found = field.at(name);
    return found.value === undefined ? {} : { [name]: read(found) };
  };
  const number = (fits: (x: number) => boolean, what: string) => (of: Field) =>
    fits(of.number()) ? of.number() : of.fail(what);
  const flags: LossFlags = {
    ...optional("task", (of) => of.oneOf(TASKS)),
    ...optional("clamp", (of) => of.boolean()),
    ...optional("output", (of) => of.oneOf(CLASS_OUTPUTS)),
    ...optional("loss", (of) => of.oneOf(LOSSES)),
    ...optional("huberDelta", number(isPositive, "a number above 0")),
    ...optional("labelSmoothing", number(isPart, "a number from 0 to below 1")),
    ...optional("classWeights", (of) =>
      of.value === "balanced"
        ? ("balanced" as const)
        : Object.fromEntries(of.names().map((name) => [name, number(isWeight, "a number from 0")(of.at(name))])),
    ),
  };
  if (flags.huberDelta !== undefined && flags.loss !== "huber") field.at("huberDelta").fail("nothing without huber");
  return flags;
}

function refused(where: string, expected: string, found: string, remedy: string): InputError {
  return new InputError({ where, expected, found, remedy });
}
