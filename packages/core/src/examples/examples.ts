/** Examples: an m-column matrix with a class, or targets, for each column, and the columns of it that count. */
import { type Numbers, numbersOf } from "../checks/arrays.ts";
import { InputError, requireInteger } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { type OptionNames, requireOptions } from "../checks/options.ts";
import type { Network } from "../model/network.ts";
import { hasTargets, type Output } from "../model/output.ts";
import { checkFeatures, type Features } from "./features.ts";
import { checkLabels } from "./labels.ts";
import { checkTargets } from "./targets.ts";

export interface Examples {
  /**
   * [inputs, m]: one column per example, column after column. Uint8Array and Uint8ClampedArray are pixels from 0 to 255;
   * other numbers become f32. Bytes and f32 are read from any memory; in a SharedArrayBuffer, worker threads read them
   * without a copy.
   */
  readonly X: Numbers;
  /**
   * The class of each column, from 0 to classes - 1: [m]. Or their names, where `classes` says which is which. For
   * a network whose output is a softmax.
   */
  readonly labels?: Numbers | readonly string[] | undefined;
  /**
   * What the outputs are to be, [outputs, m], column after column, in place of labels: for sigmoid outputs 0 or 1, for
   * identity finite numbers that fit a 32-bit float, best of about mean 0 and deviation 1.
   */
  readonly targets?: Numbers | undefined;
  /** The names of the classes, in the order of the network's outputs. Numbers among the labels are places in it. */
  readonly classes?: readonly string[] | undefined;
  /** The columns to use, in their order: a training or a test part. Default: all of them. */
  readonly columns?: Numbers | undefined;
  /** What each feature is multiplied by on its way in, above 0. Default: 1/255 for bytes, 1 for floats and arrays. */
  readonly scale?: number | undefined;
}

const NAMES: OptionNames<Examples> = {
  X: "checked",
  labels: "checked",
  targets: "checked",
  classes: "checked",
  columns: "checked",
  scale: "checked",
};

/** {@link Examples} that were checked against a network's shape, with nothing left to default. */
export interface CheckedExamples extends Features {
  /** Labels of all columns of X; none where there are targets. */
  readonly labels: Uint16Array;
  /** Targets of all columns of X, [outputs, m]; none where there are labels. */
  readonly targets: Float32Array;
  /** The columns to use, in their order. */
  readonly columns: Uint32Array;
}

/**
 * Checks examples against a network's inputs and outputs.
 * @throws InputError when X is not a whole number of columns, a label is missing or no class of
 *   the network, a target is missing or none of its output, a feature is not finite, a column is outside X, there is no
 *   column, or the scale is not above 0
 */
export function checkExamples(
  examples: Examples,
  { layers, output }: Pick<Network, "layers" | "output">,
): CheckedExamples {
  requireOptions("examples", examples, NAMES);
  const [inputs, outputs] = [layers[0], layers.at(-1)!];
  const features = checkFeatures(examples.X, examples.scale, inputs);
  const m = features.X.length / inputs;
  requireOneKind(examples, output);
  return {
    ...features,
    labels: hasTargets(output) ? new Uint16Array(0) : checkLabels(examples.labels!, examples.classes, m, outputs),
    targets: hasTargets(output) ? checkTargets(examples.targets!, output, m, outputs) : new Float32Array(0),
    columns: checkColumns(examples.columns, m),
  };
}

/** @throws InputError unless there are labels or targets, whichever the output takes, and not the others */
function requireOneKind(examples: Examples, output: Output): void {
  const [wanted, other] = hasTargets(output) ? (["targets", "labels"] as const) : (["labels", "targets"] as const);
  const unwanted = hasTargets(output) ? [other, "classes" as const] : [other];
  const found = unwanted.find((name) => examples[name] !== undefined);
  if (found === undefined && (examples[wanted] !== undefined || wanted === "labels")) return;
  const what = wanted === "labels" ? "a label for each column" : "targets, [outputs, m], column after column";
  throw new InputError({
    where: found ?? wanted,
    expected:
      found === undefined
        ? `${what}, as the network's output is ${output}`
        : `none, as the network's output is ${output}`,
    found: describeValue(examples[found ?? wanted]),
    remedy: `pass ${what}`,
  });
}

function checkColumns(columns: Numbers | undefined, m: number): Uint32Array {
  if (columns === undefined) return Uint32Array.from({ length: m }, (_, c) => c);
  const list = numbersOf(columns);
  if (list === undefined || list.length === 0) {
    throw new InputError({
      where: "columns",
      expected: list === undefined ? "an array of numbers" : "at least one column",
      found: list === undefined ? describeValue(columns) : "none",
      remedy: "name columns that X has",
    });
  }
  for (let i = 0; i < list.length; i++) requireInteger(`columns[${i}]`, list[i], 0, m - 1);
  return list instanceof Uint32Array ? list : Uint32Array.from(list);
}
