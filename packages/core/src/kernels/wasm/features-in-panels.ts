/**
 * A first layer of sixteen units or more. Its features become panels of scaled numbers, with maps of the nonzero ones,
 * so that affine and outerProducts skip zeros.
 */
import type { LayerShape, PackedLayer, ShardColumns } from "../kernels.ts";
import { ACTIVATION_CODES, type Binding, type StoredExamples } from "./binding.ts";
import {
  COLUMNS_CHUNK,
  COLUMNS_PANEL_BYTES,
  LIST_ENTRY_BYTES,
  LIST_HEADER_BYTES,
  MAP_STEP,
  PANEL,
  QUAD_STEP,
} from "./constants.ts";
import { partsOf } from "./parts.ts";

/** Columns that share a list of inputs. */
const COLUMNS_OF_LIST = 4;
/** Inputs that share a map of columns. */
const INPUTS_OF_QUAD = 4;

/** The parts of A: see assembly/gather.ts, wide-map.ts and wide-features.ts. */
export const partsInPanels = partsOf(({ inputs }) => {
  const panels = Math.ceil(inputs / PANEL);
  return {
    panels: panels * COLUMNS_PANEL_BYTES,
    map: panels * MAP_STEP,
    lists: (COLUMNS_CHUNK / COLUMNS_OF_LIST) * (LIST_HEADER_BYTES + LIST_ENTRY_BYTES * inputs),
    quads: panels * (PANEL / INPUTS_OF_QUAD) * QUAD_STEP,
  };
});

/** Implements Kernels.gather for such a layer. */
export function gatherInPanels({ wasm }: Binding, examples: StoredExamples, A: Float32Array, shape: LayerShape): void {
  const { X, bytes, scale, order, count } = examples;
  const { panels, map, quads } = partsInPanels(shape);
  const a = A.byteOffset;
  wasm.gather(X, bytes, shape.inputs, scale, order, count, a + panels, a + map);
  wasm.mapFeatures(a + map, shape.inputs, count, a + quads);
}

/** Implements Kernels.affine for such a layer. */
export function affineInPanels(
  { wasm, scratch }: Binding,
  { shape, activation, W, b, finite }: PackedLayer,
  A: Float32Array,
  out: Float32Array,
  columns: number,
): void {
  const { panels, map, lists } = partsInPanels(shape);
  const a = A.byteOffset;
  wasm.affineOfFeatures(
    W.byteOffset,
    a + panels,
    a + map,
    finite[0] !== 0,
    a + lists,
    b.byteOffset,
    out.byteOffset,
    ACTIVATION_CODES[activation ?? "none"],
    shape.units,
    shape.inputs,
    columns,
    scratch,
  );
}

/** Implements Kernels.outerProducts for such a layer. */
export function outerProductsInPanels(
  { wasm, scratch }: Binding,
  shape: LayerShape,
  dZ: Float32Array,
  A: Float32Array,
  { counts, goesOn }: ShardColumns,
  dW: Float32Array,
): void {
  const { panels, quads } = partsInPanels(shape);
  const a = A.byteOffset;
  wasm.outerProductsOfFeatures(
    dZ.byteOffset,
    a + panels,
    a + quads,
    dW.byteOffset,
    shape.units,
    shape.inputs,
    counts.byteOffset,
    counts.length,
    goesOn,
    scratch,
  );
}
