/** Views of panels: the parts of a network, of matrices and of parameters that one item works on. */
import type { KernelLayout, LayerShape, PackedLayer } from "../kernels/kernels.ts";
import type { OutputTile } from "../losses/output-layer.ts";
import type { Part } from "../optimisers/parts.ts";
import type { PackedNetwork } from "../passes/packed.ts";
import type { Range } from "../passes/update.ts";
import type { Run } from "./stages.ts";

/** Contiguous parameters of W[l] or b[l]. */
export interface PanelRange extends Range {
  readonly part: Part;
}

export class PanelViews {
  readonly #network: PackedNetwork;
  readonly #layout: KernelLayout;
  readonly #units: number;
  /** The distance between panels of a matrix. */
  readonly #stride: number;

  constructor(network: PackedNetwork, layout: KernelLayout) {
    this.#network = network;
    this.#layout = layout;
    this.#units = layout.panels!.units;
    this.#stride = layout.panels!.columns;
  }

  /** Rows of a matrix of examples: those of the panels. */
  rows(matrix: Float32Array, { first, end }: Run): Float32Array {
    return matrix.subarray(first * this.#stride, end * this.#stride);
  }

  /** A matrix of examples from a column on. */
  from(matrix: Float32Array, column: number): Float32Array {
    return matrix.subarray(column * this.#units);
  }

  /** The layer with the units of the panels alone. */
  units(l: number, { first, end }: Run): PackedLayer {
    const layer = this.#network.packed[l];
    const { shape, W, b } = layer;
    const length = this.#layout.panelLength(shape);
    return {
      ...layer,
      shape: { ...shape, units: this.#count(shape.units, first, end) },
      W: W.subarray(first * length, end * length),
      b: b.subarray(first * this.#units, end * this.#units),
    };
  }

  /** The layer with the inputs of the panels alone, for backpropagation. */
  inputs(l: number, { first, end }: Run): PackedLayer {
    const layer = this.#network.packed[l];
    const { shape, transposedW } = layer;
    const length = transposedW.length / Math.ceil(shape.inputs / this.#units);
    return {
      ...layer,
      shape: { ...shape, inputs: this.#count(shape.inputs, first, end) },
      transposedW: transposedW.subarray(first * length, end * length),
    };
  }

  /** The place in the parameters of a panel's weights, for inputs of some panels. */
  weights(l: number, panel: number, inputs: Run): PanelRange {
    const { W, packed } = this.#network;
    const length = this.#layout.panelLength(packed[l].shape);
    const at = this.#placeOf(W[l]) + panel * length;
    // A panel of inputs is as long as one of units is wide.
    const step = this.#units * this.#units;
    const begin = at + inputs.first * step;
    return { begin, end: Math.min(at + inputs.end * step, at + length), part: { layer: l, areBiases: false } };
  }

  /** The place in the parameters of a panel's biases. */
  biases(l: number, panel: number): PanelRange {
    const begin = this.#placeOf(this.#network.b[l]) + panel * this.#units;
    return { begin, end: begin + this.#units, part: { layer: l, areBiases: true } };
  }

  /** The inputs of these panels. */
  inputRange({ inputs }: LayerShape, { first, end }: Run): { readonly from: number; readonly to: number } {
    return { from: first * this.#units, to: Math.min(inputs, end * this.#units) };
  }

  /** The last layer's matrices from a column on. */
  output({ Z, A, dZ, answers, targets }: OutputTile, column: number): OutputTile {
    const outputs = this.#network.layers.at(-1)!;
    const { labels, losses, predicted } = answers;
    return {
      Z: this.from(Z, column),
      A: this.from(A, column),
      dZ: this.from(dZ, column),
      answers: {
        labels: labels.subarray(column),
        losses: losses.subarray(column),
        predicted: predicted.subarray(column),
      },
      targets: targets.subarray(column * outputs),
    };
  }

  #count(all: number, first: number, end: number): number {
    return Math.min(all, end * this.#units) - first * this.#units;
  }

  #placeOf(part: Float32Array): number {
    return (part.byteOffset - this.#network.parameters.byteOffset) / part.BYTES_PER_ELEMENT;
  }
}
