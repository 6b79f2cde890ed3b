/** Examples: a matrix of m columns with a class or targets for each column, and the selection of columns to use. */
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
   * [inputs, m]: one column per example, column after column. Uint8Array and Uint8ClampedArray are pixels from 0 to
   * 255; other numbers become f32. Bytes and f32 may be in any memory; in a SharedArrayBuffer, worker threads read them
   * without a copy.
   */
  readonly X: Numbers;
  /**
   * For a network with a softmax output, the class of each column, [m]: from 0 to classes - 1, or a name listed in
   * `classes`.
   */
  readonly labels?: Numbers | readonly string[] | undefined;
  /**
   * The target values of the outputs, [outputs, m], column after column, in place of labels. For sigmoid outputs they
   * are 0 or 1. For identity they are finite numbers that fit a 32-bit float, ideally with mean 0 and deviation 1.
   */
  readonly targets?: Numbers | undefined;
  /** The names of the classes, in the order of the network's outputs. Numeric labels are indices into it. */
  readonly classes?: readonly string[] | undefined;
  /** The columns to use, in order: a training or a test part. Default: all of them. */
  readonly columns?: Numbers | undefined;
  /** The factor of each feature, above 0. Default: 1/255 for bytes, 1 for floats and arrays. */
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

/** {@link Examples} checked against a network's shape, with all defaults filled in. */
export interface CheckedExamples extends Features {
  /** Labels of all columns of X; empty where there are targets. */
  readonly labels: Uint16Array;
  /** Targets of all columns of X, [outputs, m]; empty where there are labels. */
  readonly targets: Float32Array;
  /** The columns to use, in order. */
  readonly columns: Uint32Array;
}

/**
 * Checks examples against a network's inputs and outputs.
 * @throws InputError when X is not a whole number of columns, a label is missing or not a class of the network, a
 *   target is missing or not valid for the output, a feature is not finite, a column is outside X, there is no column,
 *   or the scale is not above 0
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

/** @throws InputError unless there are exactly the labels or the targets that the output needs */
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
