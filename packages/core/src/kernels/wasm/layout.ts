/** How the WebAssembly kernels lay matrices out; assembly/layout.ts draws it. Sizes here are in numbers. */
import { type KernelLayout, type LayerShape, MOST_COLUMNS } from "../kernels.ts";

/** Lanes of a panel. */
const PANEL = 16;

/**
 * From one panel of examples to the next. The 16 beyond the columns keep panels from lying a power
 * of two apart, where they would push each other out of the cache.
 */
export const COLUMNS_PANEL = MOST_COLUMNS * PANEL + PANEL;

/** The most neighbouring shards that outerProducts folds. */
const MOST_SHARDS = 16;

const roundUp = (n: number, unit: number): number => Math.ceil(n / unit) * unit;
const panels = (rows: number): number => Math.ceil(rows / PANEL);

/** A row of a layer by lanes. */
export const rowLength = ({ inputs }: LayerShape): number => roundUp(inputs, PANEL);
/** From one panel of weights to the next. */
export const weightsPanel = ({ inputs }: LayerShape): number => roundUp(inputs, 4) * PANEL;
/** From one panel of transposed weights to the next. */
export const transposedPanel = ({ units }: LayerShape): number => roundUp(units, 4) * PANEL;

/** Parts of the scratch memory, in bytes from its begin. */
export const SCRATCH = {
  zeros: 0,
  tiles: 256,
  order: 256 * (1 + MOST_SHARDS),
  staging: 256 * (1 + MOST_SHARDS) + 4 * MOST_COLUMNS,
};

/** Where W[unit, 0] is, and how far it is to W[unit, 1]. */
function place(shape: LayerShape, unit: number): { readonly at: number; readonly step: number } {
  if (shape.byLanes) return { at: unit * rowLength(shape), step: 1 };
  return { at: Math.floor(unit / PANEL) * weightsPanel(shape) + (unit % PANEL), step: PANEL };
}

export const wasmLayout: KernelLayout = {
  weightsLength: (shape) => (shape.byLanes ? PANEL * rowLength(shape) : panels(shape.units) * weightsPanel(shape)),
  biasLength: (units) => roundUp(units, PANEL),
  transposedLength: (shape) => panels(shape.inputs) * transposedPanel(shape),
  columnsLength: (rows, consumer) =>
    consumer?.byLanes ? MOST_COLUMNS * rowLength(consumer) : panels(rows) * COLUMNS_PANEL,
  scratchBytes: ({ inputs }) => SCRATCH.staging + 4 * MOST_COLUMNS * inputs,
  mostShards: ({ byLanes }) => (byLanes ? 1 : MOST_SHARDS),

  packWeights(W, packed, shape) {
    packed.fill(0);
    for (let u = 0; u < shape.units; u++) {
      const { at, step } = place(shape, u);
      for (let k = 0; k < shape.inputs; k++) packed[at + k * step] = W[u * shape.inputs + k];
    }
  },
  unpackWeights(packed, W, shape) {
    for (let u = 0; u < shape.units; u++) {
      const { at, step } = place(shape, u);
      for (let k = 0; k < shape.inputs; k++) W[u * shape.inputs + k] = packed[at + k * step];
    }
  },
  unpackColumns(A, rows, columns, out) {
    for (let c = 0; c < columns; c++) {
      for (let r = 0; r < rows; r++) {
        out[c * rows + r] = A[Math.floor(r / PANEL) * COLUMNS_PANEL + c * PANEL + (r % PANEL)];
      }
    }
  },
};
