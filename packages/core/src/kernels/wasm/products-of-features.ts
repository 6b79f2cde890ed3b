/** dW of a first layer in panels, which several threads can make in parts: rectangles of units and inputs. */
import { runStart } from "../../reduction/shards.ts";
import type { LayerShape, ShardColumns } from "../kernels.ts";
import {
  BYTES,
  featuresInPanels,
  PANEL,
  PANEL_BYTES,
  PART_PANELS,
  panelsOf,
  productParts,
  QUAD_BYTES,
  rowBytes,
  rowWords,
  WORD,
  wasmLayout,
  weightsPanel,
} from "./layout.ts";
import type { Operations } from "./module.ts";

/** Of one input's weights in a panel, and of a panel's biases. */
const ROW_BYTES = BYTES * PANEL;
const WORD_BYTES = 8;
/** Claimed lines of more than this would leave the second-level cache before they are written: measured. */
const MOST_CLAIMED = 512 * 1024;

/**
 * Kernels.outerProducts of such a layer.
 * @param zeros, tiles see SCRATCH
 */
export function outerProductsOfFeatures(
  wasm: Operations,
  shape: LayerShape,
  dZ: Float32Array,
  A: Float32Array,
  shards: ShardColumns,
  goesOn: boolean,
  dW: Float32Array,
  claimed: Float32Array | undefined,
  db: Float32Array | undefined,
  part: number,
  parts: number,
  zeros: number,
  tiles: number,
): void {
  const { panels, quads, written } = featuresInPanels(shape);
  const counts = shards.byteOffset;
  const bytes = BYTES * wasmLayout.weightsLength(shape);
  const step = BYTES * weightsPanel(shape);
  const bitsStep = rowBytes(shape);
  const claims = bytes <= MOST_CLAIMED ? claimed : undefined;
  const words = rowWords(shape);
  const all = productParts(shape);
  const end = runStart(all, parts, part + 1);
  for (let at = runStart(all, parts, part); at < end; ) {
    // As many words of inputs as are left of the same panels of units.
    const word = at % words;
    const stop = Math.min(words, word + end - at);
    const panel = Math.floor(at / words) * PART_PANELS;
    const input = word * WORD;
    const from = panel * step + input * ROW_BYTES;
    wasm.outerProductsOfFeatures(
      dZ.byteOffset + panel * PANEL_BYTES,
      A.byteOffset + panels + (input / PANEL) * PANEL_BYTES,
      PANEL_BYTES,
      A.byteOffset + quads + (input / 4) * QUAD_BYTES,
      A.byteOffset + written + word * WORD_BYTES,
      dW.byteOffset + from,
      dW.byteOffset + bytes + panel * bitsStep + word * WORD_BYTES,
      step,
      bitsStep,
      PANEL * Math.min(PART_PANELS, panelsOf(shape.units) - panel),
      Math.min(shape.inputs, stop * WORD) - input,
      counts,
      shards.length,
      goesOn,
      zeros,
      tiles,
      claims === undefined ? 0 : claims.byteOffset + from,
      db === undefined ? 0 : db.byteOffset + panel * ROW_BYTES,
    );
    at += stop - word;
  }
}
