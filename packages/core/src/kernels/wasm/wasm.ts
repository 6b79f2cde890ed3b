/** The WebAssembly kernels behind the interface of kernels.ts. */
import type { Activation } from "../../network.ts";
import type { Arena } from "../arena.ts";
import type { KernelSource, Kernels } from "../kernels.ts";
import { MOST_COLUMNS } from "../kernels.ts";
import { COLUMNS_PANEL, rowLength, SCRATCH, transposedPanel, wasmLayout, weightsPanel } from "./layout.ts";
import { instantiate } from "./module.ts";

const BYTES = 4;
const PANEL_BYTES = BYTES * COLUMNS_PANEL;
const LANES_BYTES = 64;

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

    gather(X, order, first, count, A, consumer) {
      const { inputs, byLanes } = consumer;
      const bytes = X instanceof Uint8Array;
      const exampleStep = byLanes ? BYTES * rowLength(consumer) : LANES_BYTES;
      const step = byLanes ? LANES_BYTES : PANEL_BYTES;
      if (holdsFeatures) {
        const columns = order.byteOffset + BYTES * first;
        wasm.gather(X.byteOffset, bytes, inputs, columns, count, A.byteOffset, exampleStep, step);
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
      wasm.gather(staging, bytes, inputs, inOrder.byteOffset, count, A.byteOffset, exampleStep, step);
    },

    scale(W, factor, out) {
      wasm.scale(W.byteOffset, factor, out.byteOffset, W.byteLength);
    },

    transpose({ shape, W, transposedW: T }) {
      const [w, t] = [BYTES * weightsPanel(shape), BYTES * transposedPanel(shape)];
      wasm.transpose(W.byteOffset, w, T.byteOffset, t, shape.units, shape.inputs);
    },

    affine({ shape, activation, scaledW: W, b }, A, out, columns) {
      const { units, inputs } = shape;
      const g = CODES[activation ?? "none"];
      if (shape.byLanes) {
        const row = BYTES * rowLength(shape);
        const relu = activation === "relu";
        wasm.affineByLanes(W.byteOffset, A.byteOffset, row, b.byteOffset, out.byteOffset, relu, units, columns, tiles);
        if (!relu && activation !== undefined) wasm.activatePanel(g, out.byteOffset, columns);
        return;
      }
      const w = BYTES * weightsPanel(shape);
      wasm.affine(W.byteOffset, w, A.byteOffset, PANEL_BYTES, b.byteOffset, out.byteOffset, g, units, inputs, columns);
    },

    softmaxCrossEntropy(Z, A, labels, losses, predicted, units, columns) {
      const [z, a] = [Z.byteOffset, A.byteOffset];
      const [y, loss, guess] = [labels.byteOffset, losses.byteOffset, predicted.byteOffset];
      wasm.softmaxCrossEntropy(z, a, PANEL_BYTES, y, loss, guess, tiles, units, columns);
    },

    subtractOneHot(A, labels, dZ, units, columns) {
      wasm.subtractOneHot(A.byteOffset, dZ.byteOffset, PANEL_BYTES, labels.byteOffset, units, columns);
    },

    backpropagate({ shape, transposedW: T }, dZ, A, g, out, columns) {
      const { units, inputs } = shape;
      const [t, dz, a, to] = [T.byteOffset, dZ.byteOffset, A.byteOffset, out.byteOffset];
      const tPanel = BYTES * transposedPanel(shape);
      wasm.backpropagate(t, tPanel, dz, PANEL_BYTES, a, zeros, to, CODES[g], units, inputs, columns);
    },

    outerProducts(shape, dZ, A, shards, goesOn, dW) {
      const { units, inputs } = shape;
      const [dz, a, dw] = [dZ.byteOffset, A.byteOffset, dW.byteOffset];
      if (shape.byLanes) {
        wasm.outerProductsByRows(dz, a, BYTES * rowLength(shape), dw, units, shards[0], goesOn, zeros);
        return;
      }
      const w = BYTES * weightsPanel(shape);
      const [counts, n] = [shards.byteOffset, shards.length];
      wasm.outerProducts(dz, a, PANEL_BYTES, dw, w, units, inputs, counts, n, goesOn, zeros, tiles);
    },

    rowSums({ units }, dZ, shards, goesOn, db) {
      const [counts, n] = [shards.byteOffset, shards.length];
      wasm.rowSums(dZ.byteOffset, PANEL_BYTES, db.byteOffset, units, counts, n, goesOn, zeros, tiles);
    },

    add(into, from) {
      wasm.add(into.byteOffset, from.byteOffset, into.byteLength);
    },

    descend(W, sum, m, factor, alpha, scaledW) {
      wasm.update(W.byteOffset, sum.byteOffset, m, factor, alpha, scaledW?.byteOffset ?? 0, W.byteLength);
    },
  };
}
