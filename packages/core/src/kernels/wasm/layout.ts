/** How the WebAssembly kernels lay matrices out; assembly/layout.ts draws it. Sizes here are in numbers. */
import { type KernelLayout, type LayerShape, MOST_COLUMNS } from "../kernels.ts";

/** Lanes of a panel. */
export const PANEL = 16;
/** Inputs of a block of a layer by lanes. */
export const BLOCK = 8;
/** Of a number. */
export const BYTES = 4;

/**
 * From one panel of examples to the next. The 16 beyond the columns keep panels from lying a power
 * of two apart, where they would push each other out of the cache.
 */
const COLUMNS_PANEL = MOST_COLUMNS * PANEL + PANEL;
export const PANEL_BYTES = BYTES * COLUMNS_PANEL;

/** The most neighbouring shards that outerProducts folds. */
const MOST_SHARDS = 16;

const roundUp = (n: number, unit: number): number => Math.ceil(n / unit) * unit;
export const panelsOf = (rows: number): number => Math.ceil(rows / PANEL);

/** The units of a layer by lanes that there is room for: whole tiles of five, or of four. */
export function unitsByLanes({ units }: LayerShape): number {
  return Math.min(roundUp(units, 5), roundUp(units, 4));
}
/** Inputs of an example by lanes that there is room for. */
export const rowLength = ({ inputs }: LayerShape): number => roundUp(inputs, PANEL);
/** From one panel of weights to the next. */
export const weightsPanel = ({ inputs }: LayerShape): number => roundUp(inputs, 4) * PANEL;
/** From one panel of transposed weights to the next. */
export const transposedPanel = ({ units }: LayerShape): number => roundUp(units, 4) * PANEL;

/**
 * Parts of the scratch memory, in bytes from its begin. Where the tiles of dW go, one for each shard, no less than
 * 2560 bytes, other operations have the sums of lanes, or rows of a softmax.
 */
export const SCRATCH = {
  zeros: 0,
  tiles: 512,
  order: 512 + 256 * MOST_SHARDS,
  staging: 512 + 256 * MOST_SHARDS + 4 * MOST_COLUMNS,
};

/** Inputs that have a bit in a word of 64. */
export const WORD = 64;
/** Words that have a bit for each input. */
export const rowWords = ({ inputs }: LayerShape): number => Math.ceil(inputs / WORD);
/** Words behind the dW of a layer: of a first one in panels, see assembly/rows.ts. */
export const productWords = (shape: LayerShape): number =>
  shape.first && !shape.byLanes ? panelsOf(shape.units) * rowWords(shape) : 0;

/** Bytes of those words, of a panel. */
export const rowBytes = (shape: LayerShape): number => 8 * rowWords(shape);

/** Panels of units that are in one part of the products with features, with the inputs of one word: measured. */
export const PART_PANELS = 8;
/** Parts of the products with features: of so many panels and 64 inputs each. */
export const productParts = (shape: LayerShape): number =>
  shape.first && !shape.byLanes ? Math.ceil(panelsOf(shape.units) / PART_PANELS) * rowWords(shape) : 1;

/** Bytes from the map of four inputs to the next, as in assembly/wide-map.ts. */
export const QUAD_BYTES = 40;

/** What {@link KernelLayout.scaledLength} has behind the weights: eight numbers, see assembly/elementwise.ts. */
export const SCALED_TAIL = PANEL;

/** Parts, one behind the other: where each begins, and the length of all, in bytes. */
function inTurn<Name extends string>(lengths: Readonly<Record<Name, number>>): Record<Name | "end", number> {
  const begins: Record<string, number> = {};
  let end = 0;
  for (const [name, length] of Object.entries<number>(lengths)) {
    begins[name] = end;
    end += roundUp(length, 64);
  }
  return { ...begins, end } as Record<Name | "end", number>;
}

/** A function that is asked for the same few shapes at every step. */
function oncePerShape<Value>(compute: (shape: LayerShape) => Value): (shape: LayerShape) => Value {
  const known = new WeakMap<LayerShape, Value>();
  return (shape) => {
    const value = known.get(shape) ?? compute(shape);
    if (!known.has(shape)) known.set(shape, value);
    return value;
  };
}

/** Bytes of the map of one example by lanes: a bit for each block, in words of 64. */
export const mapBytes = ({ inputs }: LayerShape): number => 8 * Math.ceil(inputs / BLOCK / 64);

/** The parts of a matrix of features by lanes, see assembly/narrow-map.ts. */
export const featuresByLanes = oncePerShape((shape) => {
  const words = Math.ceil(shape.inputs / BLOCK / 8);
  return inTurn({
    addresses: BYTES * MOST_COLUMNS + 64,
    maps: MOST_COLUMNS * mapBytes(shape),
    table: MOST_COLUMNS * words,
    turned: 64 * words,
    copies: BYTES * MOST_COLUMNS * rowLength(shape),
  });
});

/** Lists of inputs that are not zero, for as many groups of four columns as are worked on at a time. */
const LISTS = 16;
export const listBytes = ({ inputs }: LayerShape): number => 12 + 8 * inputs;

/** The parts of a matrix of features in panels, see assembly/gather.ts and wide-features.ts. */
export const featuresInPanels = oncePerShape((shape) => {
  const { inputs } = shape;
  return inTurn({
    panels: BYTES * panelsOf(inputs) * COLUMNS_PANEL,
    map: 2 * MOST_COLUMNS * panelsOf(inputs),
    lists: LISTS * listBytes(shape),
    quads: QUAD_BYTES * 4 * panelsOf(inputs),
    written: 8 * rowWords(shape),
  });
});

/** Where W[unit, input] is. */
function place(shape: LayerShape, unit: number, input: number): number {
  if (shape.byLanes) {
    return (Math.floor(input / BLOCK) * unitsByLanes(shape) + unit) * BLOCK + (input % BLOCK);
  }
  return Math.floor(unit / PANEL) * weightsPanel(shape) + input * PANEL + (unit % PANEL);
}

export const wasmLayout: KernelLayout = {
  weightsLength: (shape) =>
    shape.byLanes ? unitsByLanes(shape) * rowLength(shape) : panelsOf(shape.units) * weightsPanel(shape),
  productsLength: (shape) => wasmLayout.weightsLength(shape) + roundUp(2 * productWords(shape), PANEL),
  scaledLength: (shape) => wasmLayout.weightsLength(shape) + SCALED_TAIL,
  biasLength: (units) => roundUp(units, PANEL),
  transposedLength: (shape) => panelsOf(shape.inputs) * transposedPanel(shape),
  columnsLength: (rows) => panelsOf(rows) * COLUMNS_PANEL,
  featuresLength: (shape) => (shape.byLanes ? featuresByLanes(shape) : featuresInPanels(shape)).end / BYTES,
  scratchBytes: ({ inputs }) => SCRATCH.staging + BYTES * MOST_COLUMNS * inputs,
  productParts,
  mostShards: ({ byLanes }) => (byLanes ? 1 : MOST_SHARDS),

  packWeights(W, packed, shape) {
    packed.fill(0);
    for (let u = 0; u < shape.units; u++) {
      for (let k = 0; k < shape.inputs; k++) packed[place(shape, u, k)] = W[u * shape.inputs + k];
    }
  },
  unpackWeights(packed, W, shape) {
    for (let u = 0; u < shape.units; u++) {
      for (let k = 0; k < shape.inputs; k++) W[u * shape.inputs + k] = packed[place(shape, u, k)];
    }
  },
  unpackProducts(packed, dW, shape) {
    wasmLayout.unpackWeights(packed, dW, shape);
    if (productWords(shape) === 0) return;
    const { units, inputs } = shape;
    const bits = new Uint32Array(packed.buffer, packed.byteOffset + BYTES * wasmLayout.weightsLength(shape));
    for (let u = 0; u < units; u++) {
      const at = 2 * rowWords(shape) * Math.floor(u / PANEL);
      for (let k = 0; k < inputs; k++) if (((bits[at + (k >> 5)] >>> (k & 31)) & 1) === 0) dW[u * inputs + k] = 0;
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
