/** Reads labels from IDX files. Labels may be any integers; the classes are the values of the training file. */
import { InputError } from "@scratch-nn/core";
import { allocateLabels } from "../dataset/dataset.ts";
import { forEachValue, type IdxFile, openIdx } from "./idx-data.ts";
import { shapeOf } from "./idx-header.ts";

/** The number of classes that a Uint16Array can hold. */
const MOST_CLASSES = 65_536;

export interface Labels {
  /** The class of each column, [m], training columns first; in a SharedArrayBuffer. */
  readonly labels: Uint16Array;
  /** The distinct values of the training file, in numeric order. */
  readonly classes: readonly string[];
}

/** @throws InputError unless the file has one dimension, or a second one of size 1 */
export async function openLabels(path: string): Promise<IdxFile> {
  const idx = await openIdx(path);
  const { sizes, type } = idx.header;
  if (sizes.length === 1 || (sizes.length === 2 && sizes[1] === 1)) return idx;
  throw new InputError({
    where: path,
    expected: "labels, one number an example (one dimension)",
    found: `${shapeOf(sizes)} ${type.name}`,
    remedy:
      sizes.length === 2 ? "write the number of the class, not a row an example" : "check that it is not the images",
  });
}

/**
 * Reads the first `taken` training labels, and all test labels.
 * @throws InputError that names a label that is no integer, or a test label that is not in the training file
 */
export async function readLabels(train: IdxFile, taken: number, test: IdxFile | undefined): Promise<Labels> {
  const labels = allocateLabels(taken + (test?.header.sizes[0] ?? 0));
  // Labels beyond `taken` count as classes too, because the test part may have them.
  const numbers = new Map<number, number>();
  await forEachLabel(train, (value, place) => {
    let number = numbers.get(value);
    if (number === undefined) {
      number = numbers.size;
      if (number === MOST_CLASSES) throw tooManyClasses(train, place);
      numbers.set(value, number);
    }
    if (place < taken) labels[place] = number;
  });
  const values = [...numbers.keys()].sort((a, b) => a - b);
  const classOf = new Map(values.map((value, k) => [value, k]));
  const renumbered = Uint16Array.from(numbers.keys(), (value) => classOf.get(value)!);
  for (let place = 0; place < taken; place++) labels[place] = renumbered[labels[place]];
  if (test !== undefined) {
    await forEachLabel(test, (value, place) => {
      const number = classOf.get(value);
      if (number === undefined) throw unseen(test, values, value, place);
      labels[taken + place] = number;
    });
  }
  return { labels, classes: values.map(String) };
}

/** @throws InputError unless there is a label for each image */
export function requireLabelPerImage(images: IdxFile, labels: IdxFile): void {
  const [count] = images.header.sizes;
  const [found] = labels.header.sizes;
  if (count === found) return;
  throw new InputError({
    where: labels.file.path,
    expected: `${count} labels, one for each image of ${images.file.path}`,
    found: `${found}`,
    remedy: "use two files of one dataset",
  });
}

/** Reads labels as text, [count]. */
export async function readLabelNames(idx: IdxFile): Promise<string[]> {
  const names: string[] = [];
  await forEachLabel(idx, (value) => names.push(String(value)));
  return names;
}

async function forEachLabel(idx: IdxFile, visit: (value: number, place: number) => void): Promise<void> {
  await forEachValue(idx, idx.header.values, (value, place) => {
    if (!Number.isInteger(value)) {
      throw new InputError({
        where: idx.file.path,
        expected: "whole numbers as labels",
        found: `${value} (label ${place + 1})`,
        remedy: "write the number of the class for each example",
      });
    }
    visit(value, place);
  });
}

function tooManyClasses(idx: IdxFile, place: number): InputError {
  return new InputError({
    where: idx.file.path,
    expected: `at most ${MOST_CLASSES} classes`,
    found: `one more (label ${place + 1})`,
    remedy: "check that these are the labels",
  });
}

function unseen(idx: IdxFile, values: readonly number[], value: number, place: number): InputError {
  const isRun = values.at(-1)! - values[0] === values.length - 1;
  const few = values.length <= 12 ? values.join(", ") : `${values.length} from ${values[0]} to ${values.at(-1)}`;
  return new InputError({
    where: idx.file.path,
    expected: `classes seen in training, ${isRun ? `${values[0]} to ${values.at(-1)}` : few}`,
    found: `${value} (label ${place + 1})`,
    remedy: "use files of one dataset",
  });
}
