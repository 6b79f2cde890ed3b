/** Determines the order of the layers of a file. */
import { bareExcerpt, excerpt, Field } from "@scratch-nn/core/engine";
import type { ArrayFile } from "../named-array.ts";
import type { DenseLayer, Layout } from "./name-layers.ts";

/** The numbers of inputs and outputs of a layer. */
export function endsOf(
  { weight, layout }: DenseLayer,
  wanted: Layout | undefined,
): readonly [inputs: number, outputs: number] {
  const [first, second] = weight.shape;
  return (wanted ?? layout) === "pytorch" ? [second, first] : [first, second];
}

/**
 * Orders layers by the numbers in their names, if the names differ only in these: 0, 2, 4; fc1, fc2; dense, dense_1.
 * Otherwise orders them by their shapes, if in only one order each layer takes the outputs of the one before.
 * @throws InputError if neither gives the order
 */
export function orderLayers(
  file: ArrayFile,
  layers: readonly DenseLayer[],
  layout: Layout | undefined,
): readonly DenseLayer[] {
  if (layers.length < 2) return layers;
  return byNumber(file, layers) ?? byShape(layers, layout) ?? refuse(file, layers);
}

function byNumber(file: ArrayFile, layers: readonly DenseLayer[]): readonly DenseLayer[] | undefined {
  const patterns = layers.map(({ name }) => name.replace(/[0-9]+/g, "#"));
  // Keras gives the first layer of a kind no number: dense, dense_1.
  const numbered = patterns.find((pattern) => pattern.endsWith("_#"));
  const isFirst = patterns.map((pattern) => numbered !== undefined && `${pattern}_#` === numbered);
  const pattern = numbered ?? patterns[0];
  if (!patterns.every((each, i) => each === pattern || isFirst[i])) return undefined;
  const keyed = layers.map((layer, i) => ({
    layer,
    key: [...(layer.name.match(/[0-9]+/g) ?? []).map(Number), ...(isFirst[i] ? [0] : [])],
  }));
  const sorted = keyed.toSorted((a, b) => compare(a.key, b.key));
  for (const [i, { layer, key }] of sorted.entries()) {
    if (i === 0 || compare(sorted[i - 1].key, key) !== 0) continue;
    const names = `${excerpt(sorted[i - 1].layer.name)} and ${excerpt(layer.name)}`;
    new Field({ where: file.where, remedy: "rename one of them" }, layer).fail("layers of different numbers", names);
  }
  return sorted.map(({ layer }) => layer);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((number, k) => number !== b[k]);
  return i < 0 ? 0 : a[i] - b[i];
}

function byShape(layers: readonly DenseLayer[], layout: Layout | undefined): readonly DenseLayer[] | undefined {
  const byInputs = new Map(layers.map((layer) => [endsOf(layer, layout)[0], layer]));
  const outputs = new Set(layers.map((layer) => endsOf(layer, layout)[1]));
  const firsts = layers.filter((layer) => !outputs.has(endsOf(layer, layout)[0]));
  if (byInputs.size !== layers.length || outputs.size !== layers.length || firsts.length !== 1) return undefined;
  const ordered: DenseLayer[] = [];
  for (let next: DenseLayer | undefined = firsts[0]; next; next = byInputs.get(endsOf(next, layout)[1]))
    ordered.push(next);
  return ordered.length === layers.length ? ordered : undefined;
}

function refuse(file: ArrayFile, layers: readonly DenseLayer[]): never {
  const names = layers.slice(0, 6).map(({ name }) => excerpt(name));
  const remedy = `pass --layers with their names in order, for example --layers ${layers
    .slice(0, 2)
    .map(({ name }) => bareExcerpt(name))
    .join(",")}`;
  const found = `${names.join(", ")}${layers.length > names.length ? ", ..." : ""}`;
  return new Field({ where: file.where, remedy }, layers).fail(
    "names or shapes that tell the order of the layers",
    found,
  );
}
