/** The WebAssembly kernels, with the interface of kernels.ts. */
import { InputError } from "../../checks/errors.ts";
import { type Arena, MOST_ARENA_BYTES } from "../arena.ts";
import type { ColumnRun, FeatureMatrix, KernelSource, Kernels } from "../kernels.ts";
import { ACTIVATION_CODES, type Binding, type StoredExamples } from "./binding.ts";
import {
  COLUMNS_PANEL_BYTES,
  F32_BYTES,
  LANES_BYTES,
  MAX_COLUMNS,
  PANEL,
  SCRATCH_EXAMPLES,
  SCRATCH_ORDER,
} from "./constants.ts";
import { affineByLanes, gatherByLanes, outerProductsByLanes, unitsByLanes } from "./features-by-lanes.ts";
import {
  affineInPanels,
  gatherInPanels,
  gatherPart,
  mapFeatures,
  outerProductsInPanels,
} from "./features-in-panels.ts";
import { wasmLayout } from "./layout.ts";
import { instantiate } from "./module.ts";
import { bindUpdates } from "./updates.ts";

/** The kernels that use 128-bit or 256-bit operations. */
export function wasmSource(name: "simd128" | "simd256"): KernelSource {
  return {
    name,
    layout: wasmLayout,
    bind: (arena, scratch, holdsFeatures) => bind(name, arena, scratch, holdsFeatures),
  };
}

/** Refers to examples in the kernels' own memory, without a copy. */
function inPlace({ X, scale }: FeatureMatrix, { order, first, count }: ColumnRun): StoredExamples {
  const bytes = X instanceof Uint8Array;
  return { X: X.byteOffset, bytes, scale, order: order.byteOffset + F32_BYTES * first, count, stays: true };
}

/** Prepares copies of examples from other memory. @returns a function that copies them to the scratch memory */
function prepareCopies(buffer: ArrayBufferLike, scratch: number) {
  const at = scratch + SCRATCH_EXAMPLES;
  const inOrder = new Uint32Array(buffer, scratch + SCRATCH_ORDER, MAX_COLUMNS);
  for (let c = 0; c < MAX_COLUMNS; c++) inOrder[c] = c;

  return ({ X, scale }: FeatureMatrix, { order, first, count }: ColumnRun, inputs: number): StoredExamples => {
    const bytes = X instanceof Uint8Array;
    const length = count * inputs;
    const copies = bytes ? new Uint8Array(buffer, at, length) : new Float32Array(buffer, at, length);
    for (let c = 0; c < count; c++) {
      const x = order[first + c] * inputs;
      copies.set(X.subarray(x, x + inputs), c * inputs);
    }
    return { X: at, bytes, scale, order: inOrder.byteOffset, count, stays: false };
  };
}

function bind(name: "simd128" | "simd256", arena: Arena, memoryOfOwn: Uint8Array, holdsFeatures: boolean): Kernels {
  const { memory } = arena.place;
  if (!("buffer" in memory)) {
    throw new InputError({
      where: "network",
      expected: `parameters, partial sums and tiles of at most ${MOST_ARENA_BYTES} bytes, for kernels in WebAssembly`,
      found: `${arena.end - arena.place.begin}`,
      remedy:
        "take smaller hidden layers or fewer workers; the plain kernels have no such limit, and are many times slower",
    });
  }
  const wasm = instantiate(name, memory);
  const scratch = memoryOfOwn.byteOffset;
  const binding: Binding = { wasm, scratch };
  const copied = prepareCopies(arena.buffer, scratch);

  const affinePart: Kernels["affinePart"] = (layer, A, out, first, end) => {
    const { shape, activation, W, b } = layer;
    if (shape.first) {
      affineInPanels(binding, layer, A, out, { first, end });
      return;
    }
    const g = ACTIVATION_CODES[activation ?? "none"];
    const at = first * LANES_BYTES;
    const { units, inputs } = shape;
    wasm.affine(W.byteOffset, A.byteOffset + at, b.byteOffset, out.byteOffset + at, g, units, inputs, end - first);
  };

  return {
    name,

    gather(features, columns, A, shape) {
      const examples = holdsFeatures ? inPlace(features, columns) : copied(features, columns, shape.inputs);
      (shape.byLanes ? gatherByLanes : gatherInPanels)(binding, examples, A, shape);
    },

    gatherPart(features, columns, A, shape) {
      const examples = holdsFeatures ? inPlace(features, columns) : copied(features, columns, shape.inputs);
      gatherPart(binding, examples, A, shape, columns.at ?? 0);
    },

    mapFeatures(A, shape, columns, first, end) {
      mapFeatures(binding, A, shape, columns, { first, end });
    },

    transpose({ shape: { units, inputs }, W, transposedW }, first, end) {
      wasm.transpose(W.byteOffset, transposedW.byteOffset, units, inputs, first, end);
    },

    affine(layer, A, out, columns) {
      if (layer.shape.byLanes) affineByLanes(binding, layer, A, out, columns);
      else affinePart(layer, A, out, 0, columns);
    },

    affinePart,

    activate({ shape: { units }, activationApart }, Z, A, columns) {
      wasm.activate(ACTIVATION_CODES[activationApart!], Z.byteOffset, A.byteOffset, units, columns);
    },

    dropUnits({ units, key: [k0, k1], limit, factor }, examples, A, out, columns) {
      const [from, to, numbers] = [A.byteOffset, out.byteOffset, examples.byteOffset];
      wasm.dropUnits(from, to, numbers, units, columns, k0, k1, limit, factor, scratch);
    },

    softmaxCrossEntropy(Z, A, { labels, losses, predicted }, units, columns) {
      wasm.softmaxCrossEntropy(
        Z.byteOffset,
        A.byteOffset,
        labels.byteOffset,
        losses.byteOffset,
        predicted.byteOffset,
        units,
        columns,
        scratch,
      );
    },

    subtractOneHot(A, labels, dZ, units, columns) {
      wasm.subtractOneHot(A.byteOffset, dZ.byteOffset, labels.byteOffset, units, columns);
    },

    backpropagate({ shape, transposedW, inputActivation }, dZ, Z, out, columns) {
      wasm.backpropagate(
        transposedW.byteOffset,
        dZ.byteOffset,
        Z.byteOffset,
        out.byteOffset,
        ACTIVATION_CODES[inputActivation!],
        shape.units,
        shape.inputs,
        columns,
        scratch,
      );
    },

    outerProducts(shape, dZ, A, shards, dW) {
      const { units, inputs, first, byLanes } = shape;
      if (first) {
        (byLanes ? outerProductsByLanes : outerProductsInPanels)(binding, shape, dZ, A, shards, dW);
        return;
      }
      const { counts, goesOn, inputs: { from, to } = { from: 0, to: inputs } } = shards;
      wasm.outerProducts(
        dZ.byteOffset,
        A.byteOffset + (from / PANEL) * COLUMNS_PANEL_BYTES,
        dW.byteOffset,
        units,
        to - from,
        counts.byteOffset,
        counts.length,
        goesOn,
        scratch,
      );
    },

    rowSums({ units }, dZ, { counts, goesOn }, db) {
      wasm.rowSums(dZ.byteOffset, db.byteOffset, units, counts.byteOffset, counts.length, goesOn, scratch);
    },

    add(into, from) {
      wasm.add(into.byteOffset, from.byteOffset, into.byteLength);
    },

    reduce({ numbers, stride, count }, begin, end, out) {
      const first = numbers.byteOffset + F32_BYTES * begin;
      wasm.reduce(first, F32_BYTES * stride, count, F32_BYTES * (end - begin), out.byteOffset, scratch);
    },

    descend(W, begin, end, sum, { m, alpha }) {
      const at = W.byteOffset + F32_BYTES * begin;
      return wasm.descend(at, sum.byteOffset, m, alpha, F32_BYTES * (end - begin), scratch) !== 0;
    },

    sumsOfSquares(shape, dW, db, sums) {
      const { units, inputs, byLanes } = shape;
      const [w, b, out] = [dW.byteOffset, db.byteOffset, sums.byteOffset];
      if (byLanes) wasm.squaresByLanes(w, b, units, unitsByLanes(shape), inputs, out);
      else wasm.squares(w, b, units, inputs, out);
    },

    ...bindUpdates(wasm),

    areFinite: (numbers) => wasm.areFinite(numbers.byteOffset, numbers.byteLength) !== 0,
  };
}
