/**
 * Trained models as safetensors files: tensors W1, b1, W2, b2, ... in f32. The string metadata describes how to use
 * them:
 *
 *   format         "scratch-nn 2"
 *   layers         n[0] .. n[L], a JSON array
 *   activation     one of ACTIVATIONS, see model/network.ts
 *   classes        the names of the classes, a JSON array
 *   preprocessing  how raw columns become inputs, see Preprocessing: JSON
 *   label          the name of the label's column, if it is known
 *   crc32          of all the above, `name=value` and a line feed each, in the order of their names, followed by W1,
 *                  b1, W2, b2, ...; hexadecimal. A file without it is not checked.
 *
 * For tasks other than classes with a softmax, the format is "scratch-nn 3". In place of classes it has
 *
 *   output         one of OUTPUTS, see model/output.ts
 *   task           the meaning of the outputs, see Task: JSON
 *
 * The format of an ensemble is also "scratch-nn 3". In place of layers and activation it has
 *
 *   members        layers, activation and weight of each network, a JSON array; their tensors are M0.W1, M0.b1, ...,
 *                  M1.W1, ..., and follow in that order after the strings of crc32
 *
 * Format "scratch-nn 1" had `scaling` in place of preprocessing, label and crc32.
 */

import { Field, type FieldSource } from "../checks/field.ts";
import type { Preprocessing } from "../columns/encoders.ts";
import type { Network } from "../model/network.ts";
import { crc32 } from "./checksum.ts";
import { floatBytes, floatsFrom, utf8 } from "./safetensors.ts";
import type { Task } from "./task.ts";

/** One of the networks of an ensemble. */
export interface EnsembleMember {
  readonly network: Network;
  /** Above 0; all of them add up to 1. An f32. */
  readonly weight: number;
}

/** A trained network, or an ensemble of networks, with all data needed to use it on raw rows. */
export interface Model {
  /** The network; for an ensemble, its first member. */
  readonly network: Network;
  /**
   * The members of an ensemble: two or more networks with equal numbers of inputs and outputs. The ensemble predicts
   * the weighted mean of their outputs, see predictModel. Undefined where there is one network.
   */
  readonly members?: readonly EnsembleMember[] | undefined;
  /** The names of the classes, in the order of the network's outputs; empty for other tasks. */
  readonly classes: readonly string[];
  /** The meaning of the outputs; default: the classes. */
  readonly task?: Task | undefined;
  /** How raw columns become the network's inputs. */
  readonly preprocessing: Preprocessing;
  /** The name of the label's column, where there is exactly one: see Task for several. */
  readonly label: string | undefined;
}

/** The format for classes with a softmax. */
export const FORMAT = "scratch-nn 2";
/** The format for any output and task. */
export const FORMAT_3 = "scratch-nn 3";

/** The meaning of a model's outputs. */
export function taskOf({ task, classes }: Pick<Model, "task" | "classes">): Task {
  return task ?? { kind: "classes", classes };
}

/** Encodes parameters in the order W1, b1, W2, b2, ... as little-endian f32, on any machine. */
export function parameterBytes(network: Pick<Network, "parameters">): Uint8Array {
  return floatBytes(network.parameters);
}

/** The inverse of {@link parameterBytes}. @param bytes four for each parameter */
export function parametersFrom(bytes: Uint8Array): Float32Array {
  return floatsFrom(bytes);
}

/**
 * The names and shapes of a model's tensors, network after network, each in the order of {@link Network.parameters}.
 * @param networks the layers of each; in an ensemble, their tensors have prefixed names: M0.W1, M0.b1, ..., M1.W1, ...
 */
export function tensorShapes(networks: readonly (readonly number[])[]): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const [k, layers] of networks.entries()) {
    const name = networks.length === 1 ? "" : `M${k}.`;
    for (let l = 1; l < layers.length; l++) {
      shapes.set(`${name}W${l}`, [layers[l], layers[l - 1]]);
      shapes.set(`${name}b${l}`, [layers[l]]);
    }
  }
  return shapes;
}

/**
 * Computes the `crc32` of a {@link Model}'s file.
 * @param metadata the strings; `crc32` itself is left out
 * @param networks one, or the members of an ensemble
 */
export function checksum(
  metadata: Readonly<Record<string, string>>,
  networks: readonly Pick<Network, "parameters">[],
): string {
  const lines = Object.keys(metadata)
    .filter((name) => name !== "crc32")
    .sort()
    .map((name) => `${name}=${metadata[name]}\n`);
  return crc32([utf8(lines.join("")), ...networks.map(({ parameters }) => floatBytes(parameters))])
    .toString(16)
    .padStart(8, "0");
}

/** @throws InputError unless they are distinct strings, one for each of the network's outputs */
export function checkClasses(field: Field, outputs: number): string[] {
  const count = field.size();
  if (count !== outputs) field.fail(`${outputs}, as many as the network has outputs`, `${count}`);
  return field.distinct();
}

/** @throws InputError when a weight is infinite or NaN */
export function requireFiniteWeights(source: FieldSource, values: Float32Array, name: string): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) new Field(source, values[bad], `${name}[${bad}]`).fail("a finite number");
}
