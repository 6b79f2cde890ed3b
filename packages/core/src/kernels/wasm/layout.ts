/** How the WebAssembly kernels lay matrices out; assembly/layout.ts draws it. Sizes here are in numbers. */
import { type KernelLayout, type LayerShape, MOST_COLUMNS } from "../kernels.ts";
import {
  BLOCK,
  COLUMNS_PANEL_BYTES,
  F32_BYTES,
  type MAX_COLUMNS,
  MAX_SHARDS,
  PANEL,
  SCRATCH_EXAMPLES,
} from "./constants.ts";
import { inputsByLanes, partsByLanes, unitsByLanes } from "./features-by-lanes.ts";
import { partsInPanels } from "./features-in-panels.ts";
import { roundUp } from "./parts.ts";

/** The interface's number, which the modules were made for. */
const COLUMNS = MOST_COLUMNS satisfies typeof MAX_COLUMNS;
const COLUMNS_PANEL = COLUMNS_PANEL_BYTES / F32_BYTES;

const panelsOf = (rows: number): number => Math.ceil(rows / PANEL);
/** From one panel of weights to the next. */
const weightsPanel = ({ inputs }: LayerShape): number => roundUp(inputs, 4) * PANEL;
/** From one panel of transposed weights to the next. */
const transposedPanel = ({ units }: LayerShape): number => roundUp(units, 4) * PANEL;
/** Of W, or dW. */
const weightsLength = (shape: LayerShape): number =>
  shape.byLanes ? unitsByLanes(shape) * inputsByLanes(shape) : panelsOf(shape.units) * weightsPanel(shape);

/** Where W[unit, input] is. */
function place(shape: LayerShape, unit: number, input: number): number {
  if (shape.byLanes) {
    return (Math.floor(input / BLOCK) * unitsByLanes(shape) + unit) * BLOCK + (input % BLOCK);
  }
  return Math.floor(unit / PANEL) * weightsPanel(shape) + input * PANEL + (unit % PANEL);
}

export const wasmLayout: KernelLayout = {
  weightsLength,
  biasLength: (units) => roundUp(units, PANEL),
  transposedLength: (shape) => panelsOf(shape.inputs) * transposedPanel(shape),
  panelLength: (shape) => (shape.byLanes ? weightsLength(shape) : weightsPanel(shape)),
  columnsLength: (rows) => panelsOf(rows) * COLUMNS_PANEL,
  featuresLength: (shape) => (shape.byLanes ? partsByLanes(shape) : partsInPanels(shape)).end / F32_BYTES,
  scratchBytes: ({ inputs }) => SCRATCH_EXAMPLES + F32_BYTES * COLUMNS * inputs,
  mostShards: ({ byLanes }) => (byLanes ? 1 : MAX_SHARDS),

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
  unpackColumns(A, rows, columns, out) {
    for (let c = 0; c < columns; c++) {
      for (let r = 0; r < rows; r++) {
        out[c * rows + r] = A[Math.floor(r / PANEL) * COLUMNS_PANEL + c * PANEL + (r % PANEL)];
      }
    }
  },
};
