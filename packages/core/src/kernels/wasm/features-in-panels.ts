/**
 * A first layer of sixteen units or more. Its features become panels of scaled numbers, with maps of the nonzero ones,
 * so that affine and outerProducts skip zeros.
 */
import type { LayerShape, PackedLayer, ShardColumns } from "../kernels.ts";
import { ACTIVATION_CODES, type Binding, type StoredExamples } from "./binding.ts";
import {
  COLUMNS_CHUNK,
  COLUMNS_PANEL_BYTES,
  LANES_BYTES,
  LIST_ENTRY_BYTES,
  LIST_HEADER_BYTES,
  MAP_STEP,
  PANEL,
  QUAD_STEP,
  SCRATCH_EXAMPLES,
} from "./constants.ts";
import { partsOf } from "./parts.ts";

/** Columns that share a list of inputs. */
const COLUMNS_OF_LIST = 4;
/** Inputs that share a map of columns. */
const INPUTS_OF_QUAD = 4;
/** The bytes of a column's map of sixteen inputs. */
const MAP_BYTES = 2;

/** The parts of A: see assembly/gather.ts, wide-map.ts and wide-features.ts. */
export const partsInPanels = partsOf(({ inputs }) => {
  const panels = Math.ceil(inputs / PANEL);
  return {
    panels: panels * COLUMNS_PANEL_BYTES,
    map: panels * MAP_STEP,
    quads: panels * (PANEL / INPUTS_OF_QUAD) * QUAD_STEP,
  };
});

/** The bytes of the lists of nonzero features that affine makes for the columns that it processes at a time. */
export const listBytes = ({ inputs }: LayerShape): number =>
  (COLUMNS_CHUNK / COLUMNS_OF_LIST) * (LIST_HEADER_BYTES + LIST_ENTRY_BYTES * inputs);

/** Implements Kernels.gather for such a layer. */
export function gatherInPanels(binding: Binding, examples: StoredExamples, A: Float32Array, shape: LayerShape): void {
  gatherPart(binding, examples, A, shape, 0);
  mapFeatures(binding, A, shape, examples.count, { first: 0, end: Math.ceil(shape.inputs / PANEL) });
}

/** Implements Kernels.gatherPart. @param at the column of A that receives the first example */
export function gatherPart(
  { wasm }: Binding,
  { X, bytes, scale, order, count }: StoredExamples,
  A: Float32Array,
  shape: LayerShape,
  at: number,
): void {
  const { panels, map } = partsInPanels(shape);
  const a = A.byteOffset;
  wasm.gather(X, bytes, shape.inputs, scale, order, count, a + panels + at * LANES_BYTES, a + map + at * MAP_BYTES);
}

/** Implements Kernels.mapFeatures. */
export function mapFeatures(
  { wasm }: Binding,
  A: Float32Array,
  shape: LayerShape,
  columns: number,
  { first, end }: { readonly first: number; readonly end: number },
): void {
  const { map, quads } = partsInPanels(shape);
  const a = A.byteOffset;
  const inputs = Math.min(shape.inputs, end * PANEL) - first * PANEL;
  const quadsOfPanel = PANEL / INPUTS_OF_QUAD;
  wasm.mapFeatures(a + map + first * MAP_STEP, inputs, columns, a + quads + first * quadsOfPanel * QUAD_STEP);
}

/** Implements Kernels.affine and affinePart for such a layer, for columns [first, end). */
export function affineInPanels(
  { wasm, scratch }: Binding,
  { shape, activation, W, b, finite }: PackedLayer,
  A: Float32Array,
  out: Float32Array,
  { first, end }: { readonly first: number; readonly end: number },
): void {
  const { panels, map } = partsInPanels(shape);
  const a = A.byteOffset;
  wasm.affineOfFeatures(
    W.byteOffset,
    a + panels + first * LANES_BYTES,
    a + map + first * MAP_BYTES,
    finite[0] !== 0,
    scratch + SCRATCH_EXAMPLES,
    b.byteOffset,
    out.byteOffset + first * LANES_BYTES,
    ACTIVATION_CODES[activation ?? "none"],
    shape.units,
    shape.inputs,
    end - first,
    scratch,
  );
}

/** Implements Kernels.outerProducts for such a layer. */
export function outerProductsInPanels(
  { wasm, scratch }: Binding,
  shape: LayerShape,
  dZ: Float32Array,
  A: Float32Array,
  { counts, goesOn, inputs = { from: 0, to: shape.inputs } }: ShardColumns,
  dW: Float32Array,
): void {
  const { panels, quads } = partsInPanels(shape);
  const a = A.byteOffset;
  const { from, to } = inputs;
  wasm.outerProductsOfFeatures(
    dZ.byteOffset,
    a + panels + (from / PANEL) * COLUMNS_PANEL_BYTES,
    a + quads + (from / INPUTS_OF_QUAD) * QUAD_STEP,
    dW.byteOffset,
    shape.units,
    to - from,
    counts.byteOffset,
    counts.length,
    goesOn,
    scratch,
  );
}
