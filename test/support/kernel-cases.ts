/** Random cases for the kernels; all kernels must give the bits of the plain ones. */
import { ACTIVATIONS, type Activation, allocateFeatures } from "@scratch-nn/core";
import { type KernelName, keepsZ, randomStream } from "@scratch-nn/core/engine";
import { expect } from "vitest";
import { openDesk } from "./kernel-desk.ts";

/** Numbers of units, inputs and columns: all small ones, then some larger ones, including primes. */
const SIZES = [1, 2, 3, 4, 5, 7, 8, 11, 13, 15, 16, 17, 23, 31, 32, 33, 47, 64, 97, 127, 128, 131, 200, 257, 300];
const COLUMNS = [1, 2, 3, 4, 5, 7, 8, 16, 17, 31, 33, 64, 100, 128, 255, 256];
const SWEEP = 160;
/** The share of the features' blocks of eight inputs that are all zero, like the background of a picture. */
const EMPTY = [0, 0.5, 0.9, 1];
/** The usual scale, none, one with many bits, and one that makes most features subnormal. */
const SCALES = [1 / 255, 1, -0.3, 1e-39].map(Math.fround);
/** Values whose product with zero is NaN, so that kernels must not skip it. */
const WILD = [undefined, undefined, undefined, Number.POSITIVE_INFINITY, Number.NaN] as const;

interface Case {
  readonly seed: number;
  readonly units: number;
  readonly inputs: number;
  readonly columns: number;
  readonly activation: Activation | undefined;
  readonly bytes: boolean;
  /** The factor of the features, an f32. */
  readonly scale: number;
  readonly first: boolean;
  readonly byLanes: boolean;
  /** The share of the blocks of features that are zero. */
  readonly empty: number;
  /** A value among the weights or among dZ. */
  readonly wild: number | undefined;
  readonly wildWeights: boolean;
  /** Whether the features are in the kernels' own memory. */
  readonly home: boolean;
}

export const cases: Case[] = Array.from({ length: SWEEP }, (_, seed) => {
  const stream = randomStream(77, seed);
  const pick = <Value>(from: readonly Value[], i: number): Value => from[stream.below(from.length, i)];
  const units = seed < SIZES.length ? SIZES[seed] : pick(SIZES, 0);
  const byLanes = units < 16 && stream.below(2, 5) === 0;
  return {
    seed,
    units,
    inputs: pick(SIZES, 1),
    columns: pick(COLUMNS, 2),
    activation: pick([undefined, ...ACTIVATIONS], 3),
    bytes: stream.below(2, 4) === 0,
    scale: pick(SCALES, 11),
    first: byLanes || stream.below(3, 7) > 0,
    byLanes,
    empty: pick(EMPTY, 8),
    wild: pick(WILD, 9),
    wildWeights: stream.below(2, 10) === 0,
    home: stream.below(2, 6) === 0,
  };
});

/** Weights become non-finite while every feature is zero. */
for (const byLanes of [false, true]) {
  const shape = { units: byLanes ? 7 : 33, inputs: 21, columns: 17, first: true, byLanes };
  const wild = { wild: Number.POSITIVE_INFINITY, wildWeights: false, empty: 1 };
  cases.push({
    ...shape,
    ...wild,
    seed: 2 * cases.length + 1,
    activation: undefined,
    bytes: true,
    scale: 1,
    home: false,
  });
}

/** One of several panels of units has a non-finite number. */
for (const wild of [Number.NaN, Number.POSITIVE_INFINITY]) {
  const shape = { units: 257, inputs: 130, columns: 17, first: true, byLanes: false };
  cases.push({
    ...shape,
    wild,
    wildWeights: false,
    empty: 0.9,
    seed: 1000 + cases.length,
    activation: undefined,
    bytes: true,
    scale: 1,
    home: true,
  });
}

/** Numbers from -2 to 2, some of which are zero. */
function numbers(length: number, seed: number, purpose: number): Float32Array {
  const stream = randomStream(1000 + seed, purpose);
  return Float32Array.from({ length }, (_, i) => {
    const x = 4 * stream.uniform(i) - 2;
    return Math.abs(x) < 0.2 ? 0 : x;
  });
}

function featuresOf({ seed, inputs, columns, bytes, empty, home }: Case): Uint8Array | Float32Array {
  // Twice as many columns as are used, so that the order matters.
  const values = numbers(2 * inputs * columns, seed, 1).map((x) => (bytes ? Math.floor(127 + 60 * x) : x));
  const background = randomStream(4000 + seed, 0);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(i / inputs) * 1000 + ((i % inputs) >> 3);
    if (background.uniform(block) < empty) values[i] = 0;
  }
  const buffer = home ? allocateFeatures(4 * values.length) : new ArrayBuffer(4 * values.length);
  const X = bytes ? new Uint8Array(buffer, 0, values.length) : new Float32Array(buffer, 0, values.length);
  X.set(values);
  return X;
}

type Desk = ReturnType<typeof openDesk>;
type Results = Record<string, ArrayLike<number>>;

/** Computes every operation of the kernels for a case, and folds the shards along the tree. */
function compute(name: KernelName, each: Case): Results {
  const { seed, units, inputs, columns, activation, first, byLanes, wild, wildWeights, scale } = each;
  const X = featuresOf(each);
  const desk = openDesk(name, { units, inputs, first, byLanes }, X, activation);
  const { kernels, layer, order, labels } = desk;
  const stream = randomStream(2000 + seed, 0);
  const W = numbers(units * inputs, seed, 2);
  if (wild !== undefined && wildWeights) W[stream.below(W.length, 5000)] = wild;
  const b = numbers(units, seed, 3).map((x, u) => (u % 3 === 0 && seed % 2 === 0 ? -0 : x));
  desk.setWeights(W, b);
  const results: Results = { "finite weights": desk.finite.slice() };

  order.set(Array.from({ length: columns }, (_, c) => stream.below(2 * columns, c)));
  kernels.gather({ X, scale }, { order, first: 0, count: columns }, desk.X, layer.shape);
  kernels.affine(layer, desk.X, desk.Z, columns);
  results["affine"] = desk.columnsOf(desk.Z, units, columns);
  for (const g of ACTIVATIONS.filter(keepsZ)) {
    kernels.activate({ ...layer, activationApart: g }, desk.Z, desk.dZ, columns);
    results[`activate ${g}`] = desk.columnsOf(desk.dZ, units, columns);
  }

  labels.set(Array.from({ length: columns }, (_, c) => stream.below(units, 1000 + c)));
  desk.setColumns(desk.Z, units, numbers(units * columns, seed, 4));
  kernels.softmaxCrossEntropy(desk.Z, desk.dZ, desk, units, columns);
  results["softmax"] = desk.columnsOf(desk.dZ, units, columns);
  results["losses"] = desk.losses.slice(0, columns);
  results["predicted"] = desk.predicted.slice(0, columns);
  kernels.subtractOneHot(desk.dZ, labels, desk.Z, units, columns);
  results["subtractOneHot"] = desk.columnsOf(desk.Z, units, columns);

  const dZ = numbers(units * columns, seed, 5);
  if (wild !== undefined && !wildWeights) dZ[stream.below(dZ.length, 6000)] = wild;
  desk.setColumns(desk.dZ, units, dZ);
  if (!byLanes) {
    desk.setColumns(desk.A, inputs, numbers(inputs * columns, seed, 6));
    for (const g of ACTIVATIONS) {
      kernels.backpropagate({ ...layer, inputActivation: g }, desk.dZ, desk.A, desk.dA, columns);
      results[`backpropagate ${g}`] = desk.columnsOf(desk.dA, inputs, columns);
    }
  }
  Object.assign(results, gradients(desk, each));

  desk.other.set(desk.b);
  kernels.add(desk.other, desk.db);
  results["add"] = desk.other.slice(0, units);
  for (const m of [64, 96]) {
    const finite = kernels.descend(layer.W, 0, layer.W.length, desk.dW, { m, alpha: Math.fround(0.3) });
    results[`W, m = ${m}`] = desk.weightsOf(layer.W);
    results[`W is finite, m = ${m}`] = [Number(finite)];
    desk.noteFinite();
    kernels.affine(layer, desk.X, desk.Z, columns);
    results[`affine, m = ${m}`] = desk.columnsOf(desk.Z, units, columns);
  }
  return results;
}

/**
 * dW and db of one shard, of a shard that continues from sums with other zeros in its features, and of adjacent shards.
 */
function gradients(desk: Desk, { columns, seed }: Case): Results {
  const { kernels, layer, dW, db, dZ, X, shards } = desk;
  const { shape } = layer;
  const results: Results = {};
  const sum = (count: number, goesOn: boolean): void => {
    shards[0] = count;
    kernels.outerProducts(shape, dZ, X, { counts: shards.subarray(0, 1), goesOn }, dW);
    kernels.rowSums(shape, dZ, { counts: shards.subarray(0, 1), goesOn }, db);
    results[`dW, db ${Object.keys(results).length}`] = [...desk.weightsOf(dW), ...db.slice(0, shape.units)];
  };
  // Existing values must not matter.
  desk.fillWeights(dW, Number.NaN);
  db.fill(Number.NaN);
  const few = Math.ceil(columns / 8);
  sum(columns, false);
  sum(columns, true);
  sum(few, false);
  sum(columns, true);
  sum(columns, false);
  sum(few, true);
  sum(0, true);
  sum(0, false);
  sum(columns, false);
  // Computes the shards in one tile if they fit, else one at a time: see KernelLayout.mostShards.
  if (shape.byLanes) return results;
  const stream = randomStream(3000 + seed, 0);
  const count = 2 + stream.below(15, 0);
  // The shards may have any lengths, including 0.
  const cuts = Uint32Array.from({ length: count - 1 }, (_, s) => stream.below(columns + 1, 1 + s)).sort();
  const lengths = [...cuts, columns].map((cut, s) => cut - (s === 0 ? 0 : cuts[s - 1]));
  if (desk.mostShards >= count) {
    shards.set(lengths);
    kernels.outerProducts(shape, dZ, X, { counts: shards.subarray(0, count), goesOn: false }, dW);
    kernels.rowSums(shape, dZ, { counts: shards.subarray(0, count), goesOn: false }, db);
    return { ...results, "dW of shards": desk.weightsOf(dW), "db of shards": db.slice(0, shape.units) };
  }
  return { ...results, ...shardsOneByOne(desk, lengths, columns) };
}

/** Computes the shards one by one and reduces them along the tree, as the sums are defined. */
function shardsOneByOne(desk: Desk, lengths: readonly number[], columns: number): Results {
  const { kernels, layer, dW, db, dZ, X } = desk;
  const { shape } = layer;
  const zs = desk.columnsOf(dZ, shape.units, columns);
  const xs = desk.columnsOf(X, shape.inputs, columns);
  const dWs = new Float32Array(lengths.length * dW.length);
  const dbs = new Float32Array(lengths.length * db.length);
  let first = 0;
  for (const [s, length] of lengths.entries()) {
    const part = (values: Float32Array, rows: number) => values.slice(rows * first, rows * (first + length));
    const [z, x] = [part(zs, shape.units), part(xs, shape.inputs)];
    const shards = { counts: Uint32Array.of(length), goesOn: false };
    kernels.outerProducts(shape, z, x, shards, dWs.subarray(s * dW.length, (s + 1) * dW.length));
    kernels.rowSums(shape, z, shards, dbs.subarray(s * db.length, (s + 1) * db.length));
    first += length;
  }
  const count = lengths.length;
  kernels.reduce({ numbers: dWs, stride: dW.length, count }, 0, dW.length, dW);
  kernels.reduce({ numbers: dbs, stride: db.length, count }, 0, db.length, db);
  return { "dW of shards": dW.slice(), "db of shards": db.slice() };
}

export function describeCase(each: Case): string {
  const { units, inputs, columns, activation, bytes, scale, first, byLanes, empty, wild, wildWeights, home } = each;
  return [
    `${units} x ${inputs}, ${columns} columns, ${activation ?? "no activation"}`,
    `${bytes ? "bytes" : "floats"} times ${scale}${home ? " at home" : ""}, ${100 * empty} % of the blocks empty`,
    ...(byLanes ? ["by lanes"] : first ? ["first layer"] : []),
    ...(wild === undefined ? [] : [`${wild} among ${wildWeights ? "the weights" : "dZ"}`]),
  ].join(", ");
}

/** Computes a case with all kernels, and compares the results by Object.is. */
export function expectOneResult(each: Case): void {
  const expected = compute("plain", each);
  for (const name of ["simd128", "simd256"] as const) {
    const found = compute(name, each);
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [operation, values] of Object.entries(expected)) {
      const wrong = Array.from(values).findIndex((value, i) => !Object.is(value, found[operation][i]));
      expect(wrong, `${name}, ${operation}: element that differs`).toBe(-1);
    }
  }
}
