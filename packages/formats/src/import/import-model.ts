/** Imports weights of other programs as a model. */
import { type Model, networkOf } from "@scratch-nn/core";
import { excerpt, Field } from "@scratch-nn/core/engine";
import type { ArrayFile } from "../named-array.ts";
import { readArrayFile } from "./array-file.ts";
import { describedModel } from "./described.ts";
import { type DenseLayer, nameLayers } from "./name-layers.ts";
import { listOf, weightsOf } from "./network.ts";
import { orderLayers } from "./order-layers.ts";
import { type ImportSettings, settle } from "./settings.ts";

/** A model, and the decisions of its import. */
export interface ImportedModel {
  readonly model: Model;
  /** Lines for the user: defaults that were used, arrays that were left out. */
  readonly notes: readonly string[];
}

/**
 * Reads a file of weights: a PyTorch state dict of Linear layers as safetensors; Keras' Dense weights as npz, by names
 * or from model.get_weights(); arrays W1, b1, W2, ...; or a file of this package, which describes the whole model.
 * @param where the file's name, for errors
 * @param settings what weights do not contain; empty for a file of this package
 * @throws InputError naming the wrong file, array or flag
 */
export function importModel(bytes: Uint8Array, where: string, settings: ImportSettings = {}): ImportedModel {
  const file = readArrayFile(bytes, where);
  if (file.says !== undefined) {
    return { model: describedModel(file, settings), notes: [`${where} was written here, and says the whole model`] };
  }
  const { layers: chosen, layout, activation = "relu" } = settings;
  if (chosen !== undefined) {
    const flag = new Field({ where: "--layers", remedy: "name each layer once" }, chosen);
    if (flag.distinct().length === 0) flag.fail("one or more names of layers", "none");
  }
  const named = nameLayers(file, chosen);
  const ordered = chosen === undefined ? orderLayers(file, named, layout) : named;
  const { layers, parameters, notes } = weightsOf(file, ordered, layout);
  requireColumns(settings, ordered[0], layers[0]);
  const settled = settle(settings, layers[0], layers.at(-1)!);
  const { output, task, label, preprocessing } = settled;
  return {
    model: {
      network: networkOf(layers, activation, parameters, output),
      classes: task.kind === "classes" ? task.classes : [],
      ...(output === "softmax" ? {} : { task }),
      preprocessing,
      label,
    },
    notes: [
      ...leftOut(file, ordered),
      ...orderSaid(ordered, chosen),
      ...layoutSaid(ordered, layout),
      ...notes,
      ...(settings.activation === undefined && layers.length > 2
        ? ["weights do not say the activation: relu is taken; --activation says otherwise"]
        : []),
      ...settled.notes,
    ],
  };
}

function requireColumns({ columns }: ImportSettings, { weight }: DenseLayer, inputs: number): void {
  if (columns === undefined || columns.length === inputs) return;
  const flag = new Field({ where: "--columns", remedy: "name each of the inputs, in their order" }, columns);
  flag.fail(`${inputs}, as many as ${excerpt(weight.name)} has inputs`, `${columns.length}`);
}

function orderSaid(ordered: readonly DenseLayer[], chosen: readonly string[] | undefined): readonly string[] {
  if (chosen !== undefined || ordered.length < 2) return [];
  return [`layers in the order ${listOf(ordered.map(({ name }) => excerpt(name)))}; --layers says otherwise`];
}

/** A note for square weights, whose shapes do not show the layout. */
function layoutSaid(ordered: readonly DenseLayer[], layout: string | undefined): readonly string[] {
  if (layout !== undefined || !ordered.every(({ weight: { shape } }) => shape[0] === shape[1])) return [];
  const [{ layout: taken }] = ordered;
  const how = taken === "pytorch" ? "[outputs, inputs], as PyTorch has them" : "[inputs, outputs], as Keras has them";
  return [`weights are square, and taken for ${how}; --layout says otherwise`];
}

function leftOut({ arrays }: ArrayFile, ordered: readonly DenseLayer[]): readonly string[] {
  const taken = new Set(ordered.flatMap(({ weight, bias }) => [weight, bias]));
  const others = arrays.filter((array) => !taken.has(array)).map(({ name }) => excerpt(name));
  return others.length === 0 ? [] : [`left out: ${listOf(others)}`];
}
