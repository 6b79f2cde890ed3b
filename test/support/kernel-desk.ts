/** Runs kernels on matrices that tests pass and receive column by column, whatever the kernels' layout. */
import type { Activation } from "@scratch-nn/core";
import {
  type Arena,
  type KernelName,
  keepsZ,
  kernelsNamed,
  type LayerShape,
  MOST_COLUMNS,
  makeWorkplace,
  type PackedLayer,
} from "@scratch-nn/core/engine";

type Numbers = Uint8Array | Float32Array;

/** Allocates one layer, and the matrices before and after it. */
export function openDesk(name: KernelName, shape: LayerShape, features: Numbers, activation?: Activation) {
  const { layout, bind } = kernelsNamed(name);
  const { units, inputs } = shape;
  const asInput = (rows: number): LayerShape => ({ units: 1, inputs: rows, first: true, byLanes: false });
  const { arena, regions, holdsFeatures } = makeWorkplace(
    (at: Arena) => ({
      W: at.float32(layout.weightsLength(shape)),
      b: at.float32(layout.biasLength(units)),
      transposedW: at.float32(shape.byLanes ? 0 : layout.transposedLength(shape)),
      finite: at.uint8(1),
      dW: at.float32(layout.weightsLength(shape)),
      db: at.float32(layout.biasLength(units)),
      other: at.float32(layout.biasLength(units)),
      X: at.float32(layout.featuresLength(shape)),
      staged: at.float32(Math.max(...[inputs, units].map((rows) => layout.featuresLength(asInput(rows))))),
      A: at.float32(layout.columnsLength(inputs)),
      dA: at.float32(layout.columnsLength(inputs)),
      Z: at.float32(layout.columnsLength(units)),
      dZ: at.float32(layout.columnsLength(units)),
      order: at.uint32(MOST_COLUMNS),
      labels: at.uint16(MOST_COLUMNS),
      losses: at.float32(MOST_COLUMNS),
      predicted: at.uint16(MOST_COLUMNS),
      shards: at.uint32(16),
      scratch: at.uint8(Math.max(layout.scratchBytes(shape), layout.scratchBytes(asInput(units)))),
    }),
    { shared: false, features },
  );
  const kernels = bind(arena, regions.scratch, holdsFeatures);
  // The test's matrices are outside the arena, wherever the features are.
  const copying = bind(arena, regions.scratch, false);
  const layer: PackedLayer = {
    ...regions,
    shape,
    activation: activation !== undefined && keepsZ(activation) ? undefined : activation,
    activationApart: activation !== undefined && keepsZ(activation) ? activation : undefined,
    inputActivation: activation,
  };
  const inOrder = regions.order.map((_, c) => c);
  const noteFinite = (): void => {
    regions.finite[0] = kernels.areFinite(regions.W) ? 1 : 0;
  };
  return {
    ...regions,
    kernels,
    layer,
    noteFinite,
    mostShards: layout.mostShards(shape),
    setWeights(W: Float32Array, b: Float32Array): void {
      layout.packWeights(W, regions.W, shape);
      regions.b.set(b);
      noteFinite();
      if (shape.byLanes) return;
      // Transposes ranges of panels, the last one first, as several threads might.
      const panels = layout.weightsLength(shape) / layout.panelLength(shape);
      const half = panels >> 1;
      kernels.transpose(layer, half, panels);
      kernels.transpose(layer, 0, half);
    },
    /** Sets all of W or dW, but not the padding of its layout. */
    fillWeights(matrix: Float32Array, value: number): void {
      layout.packWeights(new Float32Array(units * inputs).fill(value), matrix, shape);
    },
    /** Sets a matrix [rows, columns], such as A, Z or dZ. */
    setColumns(matrix: Float32Array, rows: number, values: Float32Array): void {
      regions.order.set(inOrder);
      // In the features' layout, the columns come first, laid out as in other matrices.
      const columns = { order: regions.order, first: 0, count: values.length / rows };
      copying.gather({ X: values, scale: 1 }, columns, regions.staged, asInput(rows));
      matrix.set(regions.staged.subarray(0, matrix.length));
    },
    columnsOf(matrix: Float32Array, rows: number, columns: number): Float32Array {
      const out = new Float32Array(rows * columns);
      layout.unpackColumns(matrix, rows, columns, out);
      return out;
    },
    weightsOf(matrix: Float32Array): Float32Array {
      const out = new Float32Array(units * inputs);
      layout.unpackWeights(matrix, out, shape);
      return out;
    },
  };
}
