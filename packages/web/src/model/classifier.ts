/** Computes class probabilities and hidden activations of images of 28 x 28 pixels, with core's loadModel. */
import { encodeModel, loadModel, type Model, type Network, networkOf, rowEncoder, type Task } from "@scratch-nn/core";

export interface Classifier {
  readonly model: Model;
  /** The classes' names, in the order of the probabilities. */
  readonly classes: readonly string[];
  /** The factor that scales pixels to inputs. */
  readonly scale: number;
  /**
   * @param pixels [784, m], one byte per pixel
   * @returns the probabilities of the classes, [classes, m]
   */
  classify(pixels: Uint8Array): Float32Array;
  /** @returns A[l], the activations of hidden layer l, [n[l], m] */
  activations(pixels: Uint8Array, layer: number): Float32Array;
}

export function classifierOf(model: Model): Classifier {
  const { network, classes, preprocessing } = model;
  const whole = loadModel(encodeModel(model));
  const heads = network.layers.slice(1, -1).map((units, l) => {
    const head = {
      network: headOf(network, l + 1),
      classes: [],
      task: asTheyAre(units),
      preprocessing,
      label: undefined,
    };
    return loadModel(encodeModel(head));
  });
  return {
    model,
    classes,
    scale: rowEncoder(preprocessing).scale,
    classify: (pixels) => whole.predictColumns(pixels).probabilities,
    // The values are exact in f32, since a centre of 0 and a spread of 1 do not change them.
    activations: (pixels, layer) => Float32Array.from(heads[layer - 1].predictColumns(pixels).values),
  };
}

/** A task whose values are the network's outputs, unchanged. */
function asTheyAre(units: number): Task {
  const each = <T>(value: T): T[] => new Array<T>(units).fill(value);
  const names = each("").map((_, unit) => `unit ${unit + 1}`);
  return { kind: "quantities", names, center: each(0), spread: each(1), least: each(0), most: each(0), clamps: false };
}

/**
 * The network up to hidden layer l, with an output layer that passes the activations on: its weights are the identity
 * matrix.
 */
function headOf({ layers, activation, W, b }: Network, layer: number): Network {
  const units = layers[layer];
  const identity = new Float32Array(units * units + units);
  for (let unit = 0; unit < units; unit++) identity[unit * units + unit] = 1;
  const parts = [...Array.from({ length: layer }, (_, l) => [W[l + 1], b[l + 1]]).flat(), identity];
  const parameters = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    parameters.set(part, offset);
    offset += part.length;
  }
  return networkOf([...layers.slice(0, layer + 1), units], activation, parameters, "identity");
}
