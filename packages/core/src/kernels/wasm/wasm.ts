/** The WebAssembly kernels behind the interface of kernels.ts. */
import type { Activation } from "../../model/network.ts";
import { runStart } from "../../reduction/shards.ts";
import type { Arena } from "../arena.ts";
import type { KernelSource, Kernels, LayerShape } from "../kernels.ts";
import { MOST_COLUMNS } from "../kernels.ts";
import {
  BLOCK,
  BYTES,
  featuresByLanes,
  featuresInPanels,
  listBytes,
  mapBytes,
  PANEL_BYTES,
  productWords,
  rowLength,
  SCALED_TAIL,
  SCRATCH,
  transposedPanel,
  unitsByLanes,
  wasmLayout,
  weightsPanel,
} from "./layout.ts";
import { instantiate, type Operations } from "./module.ts";
import { outerProductsOfFeatures } from "./products-of-features.ts";

const LINE_BYTES = 64;
const weightsBytes = (shape: LayerShape): number => BYTES * wasmLayout.weightsLength(shape);

/** As in assembly/layout.ts. */
const CODES: Readonly<Record<Activation | "none", number>> = { none: 0, relu: 1, sigmoid: 2, tanh: 3 };

/** Kernels of 256-bit, or 128-bit, operations. */
export function wasmSource(name: "simd128" | "simd256"): KernelSource {
  return {
    name,
    layout: wasmLayout,
    bind: (arena, scratch, holdsFeatures) => bind(name, arena, scratch, holdsFeatures),
  };
}

/**
 * Gathers from the kernels' own memory.
 * @param stays whether the examples stay where they are while A is in use
 */
function gatherFeatures(
  wasm: Operations,
  bytes: boolean,
  X: number,
  order: number,
  columns: number,
  A: Float32Array,
  shape: LayerShape,
  stays: boolean,
): void {
  const { inputs, byLanes } = shape;
  const at = A.byteOffset;
  if (!byLanes) {
    const { panels, map, quads, written } = featuresInPanels(shape);
    wasm.gather(X, bytes, inputs, order, columns, at + panels, PANEL_BYTES, at + map);
    wasm.mapFeatures(at + map, inputs, columns, at + quads, at + written);
    return;
  }
  const { addresses, maps, table, copies } = featuresByLanes(shape);
  // Kernels read whole blocks: the last one of an example must not reach into the next.
  const isWhole = inputs % BLOCK === 0;
  const copiesAt = stays && isWhole ? 0 : at + copies;
  const step = (bytes ? 1 : BYTES) * rowLength(shape);
  const to = at + addresses;
  const mapsAt = at + maps;
  const mapStep = mapBytes(shape);
  wasm.gatherByLanes(X, bytes, inputs, order, columns, to, copiesAt, step, mapsAt, mapStep, at + table);
}

/** Whether all weights are finite, by what `scale` and `descend` leave behind them: eight numbers, 0 or NaN. */
function areFinite(scaledW: Float32Array): boolean {
  const at = scaledW.length - SCALED_TAIL;
  for (let i = at; i < at + 8; i++) if (scaledW[i] !== 0) return false;
  return true;
}

function bind(name: "simd128" | "simd256", arena: Arena, scratch: Uint8Array, holdsFeatures: boolean): Kernels {
  const { memory } = arena.place;
  if (!("buffer" in memory)) throw new Error("the memory is no WebAssembly memory");
  const wasm = instantiate(name, memory);
  const zeros = scratch.byteOffset + SCRATCH.zeros;
  const tiles = scratch.byteOffset + SCRATCH.tiles;
  const staging = scratch.byteOffset + SCRATCH.staging;
  const inOrder = new Uint32Array(arena.buffer, scratch.byteOffset + SCRATCH.order, MOST_COLUMNS);
  for (let c = 0; c < MOST_COLUMNS; c++) inOrder[c] = c;

  return {
    name,

    gather(X, order, first, count, A, shape) {
      const { inputs } = shape;
      const bytes = X instanceof Uint8Array;
      if (holdsFeatures) {
        gatherFeatures(wasm, bytes, X.byteOffset, order.byteOffset + BYTES * first, count, A, shape, true);
        return;
      }
      const length = count * inputs;
      const stage = bytes
        ? new Uint8Array(arena.buffer, staging, length)
        : new Float32Array(arena.buffer, staging, length);
      for (let c = 0; c < count; c++) {
        const x = order[first + c] * inputs;
        stage.set(X.subarray(x, x + inputs), c * inputs);
      }
      gatherFeatures(wasm, bytes, staging, inOrder.byteOffset, count, A, shape, false);
    },

    scale(W, factor, out) {
      wasm.scale(W.byteOffset, factor, out.byteOffset, W.byteLength);
    },

    transpose({ shape, W, transposedW: T }) {
      const w = BYTES * weightsPanel(shape);
      const t = BYTES * transposedPanel(shape);
      wasm.transpose(W.byteOffset, w, T.byteOffset, t, shape.units, shape.inputs);
    },

    affine({ shape, activation, scaledW, b }, A, out, columns) {
      const { units, inputs, first, byLanes } = shape;
      const W = scaledW.byteOffset;
      const a = A.byteOffset;
      const bias = b.byteOffset;
      const z = out.byteOffset;
      const g = CODES[activation ?? "none"];
      const wPanel = BYTES * weightsPanel(shape);
      if (!first) {
        wasm.affine(W, wPanel, a, PANEL_BYTES, bias, z, g, units, inputs, columns);
        return;
      }
      const skips = areFinite(scaledW);
      if (!byLanes) {
        const { panels, map, lists } = featuresInPanels(shape);
        const x = a + panels;
        const list = listBytes(shape);
        const m = a + map;
        const l = a + lists;
        wasm.affineOfFeatures(W, wPanel, x, PANEL_BYTES, m, skips, l, list, bias, z, g, units, inputs, columns, zeros);
        return;
      }
      const { addresses, maps, table } = featuresByLanes(shape);
      const relu = activation === "relu";
      const xs = a + addresses;
      const m = a + maps;
      const t = a + table;
      const places = unitsByLanes(shape);
      const map = mapBytes(shape);
      wasm.affineByLanes(W, places, xs, inputs, m, map, t, skips, bias, z, relu, columns, tiles);
      if (!relu && activation !== undefined) wasm.activatePanel(g, z, columns);
    },

    softmaxCrossEntropy(Z, A, labels, losses, predicted, units, columns) {
      const z = Z.byteOffset;
      const a = A.byteOffset;
      const y = labels.byteOffset;
      const loss = losses.byteOffset;
      const guess = predicted.byteOffset;
      wasm.softmaxCrossEntropy(z, a, PANEL_BYTES, y, loss, guess, tiles, units, columns);
    },

    subtractOneHot(A, labels, dZ, units, columns) {
      wasm.subtractOneHot(A.byteOffset, dZ.byteOffset, PANEL_BYTES, labels.byteOffset, units, columns);
    },

    backpropagate({ shape, transposedW: T }, dZ, A, g, out, columns) {
      const { units, inputs } = shape;
      const t = T.byteOffset;
      const dz = dZ.byteOffset;
      const a = A.byteOffset;
      const to = out.byteOffset;
      const tPanel = BYTES * transposedPanel(shape);
      wasm.backpropagate(t, tPanel, dz, PANEL_BYTES, a, zeros, to, CODES[g], units, inputs, columns);
    },

    outerProducts(shape, dZ, A, shards, goesOn, dW, claimed, db, part = 0, parts = 1) {
      const { units, inputs, first, byLanes } = shape;
      const dz = dZ.byteOffset;
      const a = A.byteOffset;
      const dw = dW.byteOffset;
      if (byLanes) {
        const { addresses, maps, table, turned } = featuresByLanes(shape);
        const xs = a + addresses;
        const m = a + maps;
        const t = a + table;
        const into = a + turned;
        const places = unitsByLanes(shape);
        const map = mapBytes(shape);
        wasm.outerProductsByRows(dz, xs, inputs, m, map, t, into, dw, places, shards[0], goesOn, zeros);
        return;
      }
      const w = BYTES * weightsPanel(shape);
      const counts = shards.byteOffset;
      const n = shards.length;
      if (first) {
        outerProductsOfFeatures(wasm, shape, dZ, A, shards, goesOn, dW, claimed, db, part, parts, zeros, tiles);
        return;
      }
      wasm.outerProducts(dz, a, PANEL_BYTES, dw, w, units, inputs, counts, n, goesOn, zeros, tiles);
    },

    rowSums({ units }, dZ, shards, goesOn, db) {
      const counts = shards.byteOffset;
      const n = shards.length;
      wasm.rowSums(dZ.byteOffset, PANEL_BYTES, db.byteOffset, units, counts, n, goesOn, zeros, tiles);
    },

    add(into, from, begin, end) {
      wasm.add(into.byteOffset + BYTES * begin, from.byteOffset + BYTES * begin, BYTES * (end - begin));
    },

    addProducts(shape, into, from, part, parts) {
      const to = into.byteOffset;
      const of = from.byteOffset;
      const bytes = weightsBytes(shape);
      const words = productWords(shape);
      if (words > 0) {
        const begin = runStart(words, parts, part);
        const end = runStart(words, parts, part + 1);
        wasm.addRows(to, of, bytes, BYTES * weightsPanel(shape), shape.inputs, begin, end);
        return;
      }
      const lines = bytes / LINE_BYTES;
      const begin = LINE_BYTES * runStart(lines, parts, part);
      wasm.add(to + begin, of + begin, LINE_BYTES * runStart(lines, parts, part + 1) - begin);
    },

    descend(W, sum, m, alpha) {
      wasm.update(W.byteOffset, sum.byteOffset, m, 1, alpha, W.byteLength);
    },

    descendProducts({ shape, W, scaledW }, sum, m, factor, alpha) {
      const { units, inputs, byLanes } = shape;
      const w = W.byteOffset;
      const from = sum.byteOffset;
      const scaled = scaledW.byteOffset;
      const bytes = weightsBytes(shape);
      if (byLanes) wasm.updateScaled(w, from, m, factor, alpha, scaled, bytes);
      else {
        const wPanel = BYTES * weightsPanel(shape);
        wasm.descendRows(w, from, bytes, wPanel, units, inputs, m, factor, alpha, scaled, scaled + bytes);
      }
    },
  };
}
