/** Kernels at work on matrices that are given and taken column after column, whatever their layout. */
import type { Activation } from "@scratch-nn/core";
import {
  type Arena,
  type KernelName,
  kernelsNamed,
  type LayerShape,
  MOST_COLUMNS,
  makeWorkplace,
  type PackedLayer,
} from "@scratch-nn/core/engine";

type Numbers = Uint8Array | Float32Array;

/** Room for one layer, and for the matrices before and behind it. */
export function openDesk(name: KernelName, shape: LayerShape, features: Numbers, activation?: Activation) {
  const { layout, bind } = kernelsNamed(name);
  const { units, inputs } = shape;
  const asInput = (rows: number): LayerShape => ({ units: 1, inputs: rows, first: true, byLanes: false });
  const { arena, regions, holdsFeatures } = makeWorkplace(
    (at: Arena) => ({
      W: at.float32(layout.weightsLength(shape)),
      b: at.float32(layout.biasLength(units)),
      scaledW: at.float32(shape.first ? layout.scaledLength(shape) : layout.weightsLength(shape)),
      transposedW: at.float32(shape.byLanes ? 0 : layout.transposedLength(shape)),
      dW: at.float32(layout.productsLength(shape)),
      dW2: at.float32(layout.productsLength(shape)),
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
  // Foreign memory: matrices that the test gives are no part of the features.
  const copying = bind(arena, regions.scratch, false);
  const layer: PackedLayer = { ...regions, shape, activation };
  const inOrder = regions.order.map((_, c) => c);
  return {
    ...regions,
    kernels,
    layer,
    holdsFeatures,
    mostShards: layout.mostShards(shape),
    productParts: layout.productParts(shape),
    setWeights(W: Float32Array, b: Float32Array): void {
      layout.packWeights(W, regions.W, shape);
      regions.b.set(b);
      kernels.scale(regions.W, 1, regions.scaledW);
      if (!shape.byLanes) kernels.transpose(layer);
    },
    /** Sets a matrix [rows, columns], such as A, Z or dZ. */
    setColumns(matrix: Float32Array, rows: number, values: Float32Array): void {
      regions.order.set(inOrder);
      // Features in panels begin with the columns as other matrices have them.
      copying.gather(values, regions.order, 0, values.length / rows, regions.staged, asInput(rows));
      matrix.set(regions.staged.subarray(0, matrix.length));
    },
    columnsOf(matrix: Float32Array, rows: number, columns: number): Float32Array {
      const out = new Float32Array(rows * columns);
      layout.unpackColumns(matrix, rows, columns, out);
      return out;
    },
    productsOf(dW: Float32Array): Float32Array {
      const out = new Float32Array(units * inputs);
      layout.unpackProducts(dW, out, shape);
      return out;
    },
    weightsOf(matrix: Float32Array): Float32Array {
      const out = new Float32Array(units * inputs);
      layout.unpackWeights(matrix, out, shape);
      return out;
    },
  };
}
