/**
 * Permutation importance: the loss that a model gains when a column's values are shuffled among the examples. See
 * Breiman, "Random forests", 2001, section 10, and Fisher, Rudin and Dominici, "All models are wrong, but many are
 * useful", 2019. All encoded inputs of a raw column are shuffled together.
 */
import { taskOf } from "@scratch-nn/core";
import { PURPOSE, parameterCount, randomStream } from "@scratch-nn/core/engine";
import type { Dataset, ImageShape } from "@scratch-nn/data";
import { yieldToEventLoop } from "@scratch-nn/parallel";
import type { Contribution, Contributions } from "@scratch-nn/report";
import { blockOf, evenly, featuresOf, rowsOf, type Subject } from "./block.ts";
import { covers, encoderPlaces } from "./decode-row.ts";
import { imageShapeOf } from "./pictures.ts";
import { type Scores, scoresOf } from "./scores.ts";

export interface ContributionsLimits {
  /** Limit in multiplications, approximate. */
  readonly work: number;
  readonly examples: number;
}

const REPEATS = 3;
/** With fewer examples, it tries fewer columns instead; with fewer image examples, no parts of the image. */
const FEW_EXAMPLES = 200;
const FEW_IMAGES = 64;
/** The largest number of inputs held at a time. */
const MOST_NUMBERS = 2 ** 23;
const FEWEST_COLUMNS = 20;
/** Parts along an image's longer side. */
const PATCHES = 7;

/** Inputs that are shuffled together: those of a raw column, or of a part of an image. */
interface Group {
  readonly name: string;
  readonly inputs: readonly number[];
}

/**
 * @param columns the dataset's columns to use
 * @returns undefined where there are too few
 */
export async function contributionsOf(
  subject: Subject,
  columns: Uint32Array,
  limits: ContributionsLimits,
): Promise<Contributions | undefined> {
  const { dataset, model } = subject;
  const task = taskOf(model);
  const shape = imageShapeOf(dataset);
  const all = shape === undefined ? columnGroups(dataset) : patchGroups(shape);
  const networks = model.members?.map(({ network }) => network) ?? [model.network];
  // Shuffling and copying an input takes about as long as a few multiplications.
  const perExample = networks.reduce((sum, { layers }) => sum + parameterCount(layers), 0) + 4 * dataset.inputs;
  const fits = Math.floor(limits.work / perExample);
  const room = Math.floor(MOST_NUMBERS / dataset.inputs);
  const most = Math.max(shape === undefined ? FEW_EXAMPLES : FEW_IMAGES, Math.floor(fits / (REPEATS * all.length)));
  const sample = evenly(columns, Math.min(limits.examples, most, room));
  if (sample.length < 2 || fits < sample.length) return undefined;
  const tried = Math.min(all.length, Math.max(FEWEST_COLUMNS, Math.floor(fits / sample.length)));
  const groups = shape === undefined ? heaviest(subject, all, tried) : all.slice(0, tried);
  if (shape !== undefined && groups.length < all.length) return undefined;
  const repeats = Math.max(1, Math.min(REPEATS, Math.floor(fits / (sample.length * groups.length))));

  const found = await losses(subject, { sample, groups, repeats });
  return {
    examples: sample.length,
    repeats,
    score: task.kind === "quantities" ? "R2" : "accuracy",
    of: all.length,
    found:
      shape === undefined
        ? { kind: "columns", columns: found }
        : { kind: "patches", across: patchesAcross(shape), patches: found },
  };
}

/** The groups to shuffle, the examples to shuffle among, and the number of repeats. */
interface Shuffles {
  readonly sample: Uint32Array;
  readonly groups: readonly Group[];
  readonly repeats: number;
}

/** The cost of shuffling each group. Many shuffles share one forward pass, since each pass has a fixed set-up cost. */
async function losses(subject: Subject, { sample, groups, repeats }: Shuffles): Promise<Contribution[]> {
  const { dataset, model } = subject;
  const task = taskOf(model);
  const X = featuresOf(dataset, sample);
  const before = scoresOf(task, blockOf(subject, sample, X));
  const scores: Scores[] = [];
  const count = groups.length * repeats;
  const atOnce = Math.max(1, Math.floor(MOST_NUMBERS / X.length));
  for (let first = 0; first < count; first += atOnce) {
    const some = Math.min(atOnce, count - first);
    const columns = new Uint32Array(some * sample.length);
    const shuffled = X instanceof Uint8Array ? new Uint8Array(some * X.length) : new Float32Array(some * X.length);
    for (let i = 0; i < some; i++) {
      const [group, repeat] = [Math.floor((first + i) / repeats), (first + i) % repeats];
      columns.set(sample, i * sample.length);
      const own = shuffled.subarray(i * X.length, (i + 1) * X.length);
      own.set(X);
      shuffle(own, X, { inputs: groups[group].inputs, of: dataset.inputs, seed: [group, repeat] });
    }
    const block = blockOf(subject, columns, shuffled);
    for (let i = 0; i < some; i++) {
      scores.push(scoresOf(task, rowsOf(block, i * sample.length, (i + 1) * sample.length)));
    }
    await yieldToEventLoop();
  }
  return groups.map(({ name }, g) => {
    const after = scores.slice(g * repeats, (g + 1) * repeats);
    const loss = after.reduce((sum, each) => sum + each.loss - before.loss, 0) / repeats;
    const deviation = Math.sqrt(after.reduce((sum, each) => sum + (each.loss - before.loss - loss) ** 2, 0) / repeats);
    const score = after.reduce((sum, each) => sum + before.score - each.score, 0) / repeats;
    return { name, loss, deviation, score };
  });
}

/** Permutes the given inputs among the examples. */
function shuffle(
  to: Uint8Array | Float32Array,
  from: Uint8Array | Float32Array,
  {
    inputs,
    of,
    seed,
  }: { readonly inputs: readonly number[]; readonly of: number; readonly seed: readonly [number, number] },
): void {
  const examples = from.length / of;
  const stream = randomStream(0, PURPOSE.samples, ...seed);
  const order = Uint32Array.from({ length: examples }, (_, i) => i);
  for (let last = examples - 1; last > 0; last--) {
    const chosen = stream.below(last + 1, last);
    [order[last], order[chosen]] = [order[chosen], order[last]];
  }
  for (let c = 0; c < examples; c++) {
    for (const input of inputs) to[c * of + input] = from[order[c] * of + input];
  }
}

/** One group per raw column that an encoder reads. */
function columnGroups({ preprocessing }: Dataset): Group[] {
  const { columns, encoders } = preprocessing;
  const places = encoderPlaces(preprocessing);
  const inputs = columns.map((): number[] => []);
  for (const [e, encoder] of encoders.entries()) {
    const end = places[e + 1] ?? rowLength(preprocessing, places);
    for (let input = places[e]; input < end; input++) {
      const column = encoder.kind === "pixels" ? encoder.column + input - places[e] : encoder.column;
      if (covers(encoder, column)) inputs[column].push(input);
    }
  }
  return columns.map((name, k) => ({ name, inputs: inputs[k] })).filter((group) => group.inputs.length > 0);
}

function rowLength(preprocessing: Dataset["preprocessing"], places: readonly number[]): number {
  const last = preprocessing.encoders.at(-1)!;
  return encoderPlaces({ ...preprocessing, encoders: [...preprocessing.encoders, last] })[places.length];
}

const patchSide = ({ width, height }: ImageShape): number => Math.max(1, Math.ceil(Math.max(width, height) / PATCHES));
const patchesAcross = (shape: ImageShape): number => Math.ceil(shape.width / patchSide(shape));

function patchGroups(shape: ImageShape): Group[] {
  const { width, height, channels } = shape;
  const [side, across] = [patchSide(shape), patchesAcross(shape)];
  const down = Math.ceil(height / side);
  const groups = Array.from({ length: across * down }, (_, i) => ({
    name: `row ${Math.floor(i / across) + 1}, column ${(i % across) + 1}`,
    inputs: [] as number[],
  }));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { inputs } = groups[Math.floor(y / side) * across + Math.floor(x / side)];
      for (let c = 0; c < channels; c++) inputs.push((y * width + x) * channels + c);
    }
  }
  return groups;
}

/** The `most` groups with the largest first-layer weights, in their original order. */
function heaviest({ model }: Subject, groups: readonly Group[], most: number): readonly Group[] {
  if (groups.length <= most) return groups;
  const { layers, W } = model.network;
  const [inputs, units] = layers;
  const sizes = new Float64Array(inputs);
  for (let unit = 0; unit < units; unit++) {
    for (let input = 0; input < inputs; input++) sizes[input] += W[1][unit * inputs + input] ** 2;
  }
  const sizeOf = ({ inputs: own }: Group): number => own.reduce((sum, input) => sum + sizes[input], 0);
  const ranked = Array.from(groups, (group, at) => ({ at, size: sizeOf(group) }));
  ranked.sort((a, b) => b.size - a.size || a.at - b.at);
  return ranked
    .slice(0, most)
    .sort((a, b) => a.at - b.at)
    .map(({ at }) => groups[at]);
}
