/** Finds the weight and the bias of each layer by the names of arrays. */
import { excerpt, Field } from "@scratch-nn/core/engine";
import { type ArrayFile, describeShape, type NamedArray, placeOf } from "../named-array.ts";

/** The layout of a weight: PyTorch's [outputs, inputs], or Keras' [inputs, outputs]. */
export const LAYOUTS = ["pytorch", "keras"] as const;
export type Layout = (typeof LAYOUTS)[number];

/** A dense layer in a file. */
export interface DenseLayer {
  /** The common part of its arrays' names; the weight's own name for arrays without names. */
  readonly name: string;
  readonly weight: NamedArray;
  readonly bias: NamedArray | undefined;
  /** The layout that the weight's name implies. */
  readonly layout: Layout;
}

type Role = "weight" | "bias";

interface NamedRole {
  readonly layer: string;
  readonly role: Role;
  readonly layout: Layout;
}

/** PyTorch's `0.weight`, `fc1.bias`; Keras' `dense/kernel:0`, `sequential/dense_1/bias`. */
const IN_WORDS = /^(?:(.*)[./])?(weight|kernel|bias)(?::0)?$/s;
/** `W1`, `b1`, as in the notes. */
const IN_LETTERS = /^([Ww]|[Bb])_?([0-9]+)$/;
/** The names that numpy.savez gives to arrays without names. */
const NAMELESS = /^arr_([0-9]+)$/;

function roleOf(name: string): NamedRole | undefined {
  const words = IN_WORDS.exec(name);
  if (words) {
    const [, layer = "", what] = words;
    return { layer, role: what === "bias" ? "bias" : "weight", layout: what === "kernel" ? "keras" : "pytorch" };
  }
  const letters = IN_LETTERS.exec(name);
  if (letters) return { layer: letters[2], role: /w/i.test(letters[1]) ? "weight" : "bias", layout: "pytorch" };
  return undefined;
}

const REMEDY =
  "only Linear and Dense layers are taken: leave the array out, or pass --layers with the names of those to take";

/**
 * Finds the dense layers of a file. Without `chosen`, they are not in order yet.
 * @param chosen the names of the wanted layers; undefined for all, and then each array must belong to a layer
 * @throws InputError naming an array that belongs to no layer or occurs twice
 */
export function nameLayers(file: ArrayFile, chosen: readonly string[] | undefined): readonly DenseLayer[] {
  const isNameless = file.arrays.some(({ name }) => NAMELESS.test(name));
  const all = isNameless ? inTheirOrder(file, chosen !== undefined) : byTheirNames(file, chosen !== undefined);
  if (chosen === undefined) return all;
  return chosen.map((name) => {
    const found = all.find((layer) => layer.name === name);
    if (found) return found;
    const names = all.map((layer) => excerpt(layer.name));
    const some = names.length === 0 ? "none" : `${names.slice(0, 10).join(", ")}${names.length > 10 ? ", ..." : ""}`;
    const flag = new Field({ where: "--layers", remedy: "check the spelling" }, name);
    return flag.fail(`names of the dense layers in ${file.where} (${some})`);
  });
}

function byTheirNames(file: ArrayFile, isChosen: boolean): DenseLayer[] {
  const found = new Map<
    string,
    { readonly layout?: Layout; readonly weight?: NamedArray; readonly bias?: NamedArray }
  >();
  for (const array of file.arrays) {
    const named = roleOf(array.name);
    if (named === undefined) {
      if (isChosen) continue;
      const place = placeOf(file, array.name, REMEDY);
      place.fail("the weight or the bias of a dense layer, by its name", `${array.type} ${describeShape(array.shape)}`);
      continue;
    }
    const { layer, role, layout } = named;
    const before = found.get(layer);
    if (before?.[role] !== undefined) {
      placeOf(file, array.name).fail(
        `one ${role} of layer ${excerpt(layer)}`,
        `${excerpt(before[role].name)} beside it`,
      );
    }
    found.set(layer, { ...before, [role]: array, ...(role === "weight" ? { layout } : {}) });
  }
  return Array.from(found).flatMap(([name, { weight, bias, layout }]) => {
    if (weight !== undefined) return [{ name, weight, bias, layout: layout! }];
    if (isChosen) return [];
    return placeOf(file, bias!.name).fail(`a weight of layer ${excerpt(name)} beside its bias`, "none");
  });
}

/** Reads the arrays of Keras' model.get_weights(): a matrix for each layer, followed by its bias if it has one. */
function inTheirOrder(file: ArrayFile, isChosen: boolean): DenseLayer[] {
  const other = file.arrays.find(({ name }) => !NAMELESS.test(name));
  if (other) placeOf(file, other.name).fail("arr_0, arr_1, ... alone, or names alone", "both in one file");
  const sorted = file.arrays.toSorted((a, b) => numberOf(a) - numberOf(b));
  const layers: { name: string; weight: NamedArray; bias: NamedArray | undefined; layout: Layout }[] = [];
  for (const [i, array] of sorted.entries()) {
    if (numberOf(array) !== i) placeOf(file, array.name).fail(`arr_${i} before it`, "none");
    if (array.shape.length === 2) {
      layers.push({ name: array.name, weight: array, bias: undefined, layout: "keras" });
      continue;
    }
    const layer = layers.at(-1);
    const follows = array.shape.length === 1 && layer !== undefined && layer.bias === undefined;
    if (follows && sorted[i - 1] === layer.weight) layer.bias = array;
    else if (!isChosen) {
      const expected = "the weight of a dense layer, [inputs, outputs], or its bias, [outputs], behind it";
      placeOf(file, array.name, REMEDY).fail(expected, describeShape(array.shape));
    }
  }
  return layers;
}

const numberOf = ({ name }: NamedArray): number => Number(NAMELESS.exec(name)![1]);
