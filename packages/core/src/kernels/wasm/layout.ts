/** The memory layout of the WebAssembly kernels, described in assembly/layout.ts. Sizes here are in numbers. */
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
import { listBytes, partsInPanels } from "./features-in-panels.ts";
import { roundUp } from "./parts.ts";

/** The interface's number of columns, which the modules are compiled for. */
const COLUMNS = MOST_COLUMNS satisfies typeof MAX_COLUMNS;
const COLUMNS_PANEL = COLUMNS_PANEL_BYTES / F32_BYTES;

const panelsOf = (rows: number): number => Math.ceil(rows / PANEL);
/** The distance between panels of weights. */
const weightsPanel = ({ inputs }: LayerShape): number => roundUp(inputs, 4) * PANEL;
/** The distance between panels of transposed weights. */
const transposedPanel = ({ units }: LayerShape): number => roundUp(units, 4) * PANEL;
/** The length of W, or of dW. */
const weightsLength = (shape: LayerShape): number =>
  shape.byLanes ? unitsByLanes(shape) * inputsByLanes(shape) : panelsOf(shape.units) * weightsPanel(shape);

const placeInColumns = (row: number, column: number): number =>
  Math.floor(row / PANEL) * COLUMNS_PANEL + column * PANEL + (row % PANEL);

/** Adjacent inputs of a unit: `length` numbers from W[from] on, stored at packed[at] on with distance `step`. */
interface Run {
  readonly from: number;
  readonly at: number;
  readonly length: number;
  readonly step: number;
}

/** The runs of all of W: each unit's inputs, as a whole or in blocks. */
function* runsOf(shape: LayerShape): Generator<Run> {
  const { units, inputs, byLanes } = shape;
  const length = byLanes ? BLOCK : inputs;
  for (let unit = 0; unit < units; unit++) {
    for (let input = 0; input < inputs; input += length) {
      const from = unit * inputs + input;
      const at = byLanes
        ? input * unitsByLanes(shape) + unit * BLOCK
        : Math.floor(unit / PANEL) * weightsPanel(shape) + (unit % PANEL);
      yield { from, at, length: Math.min(length, inputs - input), step: byLanes ? 1 : PANEL };
    }
  }
}

function packRun(W: Float32Array, packed: Float32Array, { from, at, length, step }: Run): void {
  for (let k = 0; k < length; k++) packed[at + k * step] = W[from + k];
}

function unpackRun(packed: Float32Array, W: Float32Array, { from, at, length, step }: Run): void {
  for (let k = 0; k < length; k++) W[from + k] = packed[at + k * step];
}

export const wasmLayout: KernelLayout = {
  weightsLength,
  biasLength: (units) => roundUp(units, PANEL),
  transposedLength: (shape) => panelsOf(shape.inputs) * transposedPanel(shape),
  panelLength: (shape) => (shape.byLanes ? weightsLength(shape) : weightsPanel(shape)),
  columnsLength: (rows) => panelsOf(rows) * COLUMNS_PANEL,
  featuresLength: (shape) => (shape.byLanes ? partsByLanes(shape) : partsInPanels(shape)).end / F32_BYTES,
  panels: { units: PANEL, columns: COLUMNS_PANEL },
  scratchBytes: (shape) =>
    SCRATCH_EXAMPLES + Math.max(F32_BYTES * COLUMNS * shape.inputs, shape.byLanes ? 0 : listBytes(shape)),
  mostShards: ({ byLanes }) => (byLanes ? 1 : MAX_SHARDS),

  packWeights(W, packed, shape) {
    packed.fill(0);
    for (const run of runsOf(shape)) packRun(W, packed, run);
  },
  unpackWeights(packed, W, shape) {
    for (const run of runsOf(shape)) unpackRun(packed, W, run);
  },
  placeInColumns: (_rows, row, column) => placeInColumns(row, column),
  unpackColumns(A, rows, columns, out) {
    for (let c = 0; c < columns; c++) for (let r = 0; r < rows; r++) out[c * rows + r] = A[placeInColumns(r, c)];
  },
};
