/**
 * A first layer of fewer than sixteen units. Its features stay in X, and the inner loops convert and scale them. A
 * holds their addresses, and maps of the blocks of eight inputs that are not all zero.
 */
import type { LayerShape, PackedLayer, ShardColumns } from "../kernels.ts";
import { ACTIVATION_CODES, type Binding, type StoredExamples } from "./binding.ts";
import { BLOCK, F32_BYTES, LANES_BYTES, MAX_COLUMNS, PANEL } from "./constants.ts";
import { partsOf, roundUp } from "./parts.ts";

/** The number of units allocated: whole tiles of five, or of four. */
export function unitsByLanes({ units }: LayerShape): number {
  return Math.min(roundUp(units, 5), roundUp(units, 4));
}
/** The number of inputs allocated, in W and in the copy of an example. */
export const inputsByLanes = ({ inputs }: LayerShape): number => roundUp(inputs, PANEL);

/** The blocks per 64-bit word of a map, and per byte of the table. */
const WORD = 64;
const BYTE = 8;

/** The parts of A: see assembly/narrow-map.ts. */
export const partsByLanes = partsOf((shape) => {
  const blocks = Math.ceil(shape.inputs / BLOCK);
  const bytes = Math.ceil(blocks / BYTE);
  return {
    addresses: F32_BYTES * MAX_COLUMNS + LANES_BYTES,
    maps: MAX_COLUMNS * 8 * Math.ceil(blocks / WORD),
    table: MAX_COLUMNS * bytes,
    blocks: 8 * BYTE * bytes,
    copies: F32_BYTES * MAX_COLUMNS * inputsByLanes(shape),
  };
});

/** Implements Kernels.gather for such a layer. */
export function gatherByLanes({ wasm }: Binding, examples: StoredExamples, A: Float32Array, shape: LayerShape): void {
  const { X, bytes, scale, order, count, stays } = examples;
  const { addresses, maps, table, copies } = partsByLanes(shape);
  const a = A.byteOffset;
  // Kernels read whole blocks, so the last block of an example must not extend into the next example.
  const copiesAt = stays && shape.inputs % BLOCK === 0 ? 0 : a + copies;
  wasm.gatherByLanes(X, bytes, shape.inputs, scale, order, count, a + addresses, copiesAt, a + maps, a + table);
}

/** Implements Kernels.affine for such a layer. */
export function affineByLanes(
  { wasm, scratch }: Binding,
  { shape, activation, W, b, finite }: PackedLayer,
  A: Float32Array,
  out: Float32Array,
  columns: number,
): void {
  const { addresses, maps, table } = partsByLanes(shape);
  const a = A.byteOffset;
  const z = out.byteOffset;
  const relu = activation === "relu";
  wasm.affineByLanes(
    W.byteOffset,
    unitsByLanes(shape),
    a + addresses,
    shape.inputs,
    a + maps,
    a + table,
    finite[0] !== 0,
    b.byteOffset,
    z,
    relu,
    columns,
    scratch,
  );
  if (!relu && activation !== undefined) wasm.activatePanel(ACTIVATION_CODES[activation], z, columns);
}

/** Implements Kernels.outerProducts for such a layer, with one shard. */
export function outerProductsByLanes(
  { wasm, scratch }: Binding,
  shape: LayerShape,
  dZ: Float32Array,
  A: Float32Array,
  { counts, goesOn }: ShardColumns,
  dW: Float32Array,
): void {
  const { addresses, maps, table, blocks } = partsByLanes(shape);
  const a = A.byteOffset;
  wasm.outerProductsByLanes(
    dZ.byteOffset,
    a + addresses,
    shape.inputs,
    a + maps,
    a + table,
    a + blocks,
    dW.byteOffset,
    unitsByLanes(shape),
    counts[0],
    goesOn,
    scratch,
  );
}
