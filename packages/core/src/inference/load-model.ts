import { decodeModel } from "../formats/decode.ts";
import type { Network } from "../model/network.ts";
import { modelForward } from "../predict/members-forward.ts";
import { type Forward, plainForward } from "../predict/plain-forward.ts";
import { type Predictor, predictorOf } from "../predict/predictor.ts";
import { predict } from "./evaluate.ts";

/** Below this number of multiplications, setting up the vector kernels takes longer than they save. */
const WORTH_KERNELS = 1e7;

/**
 * Loads a model file to predict from raw rows. It uses the fastest kernels where there is enough work. Otherwise it is
 * the same as loadModel of `@scratch-nn/core/predict`, with the same bits.
 * @param bytes of a file that encodeModel or the command line wrote
 * @param where the name of the file, for errors
 * @throws InputError naming the field that is wrong, when the bytes are not such a file
 */
export function loadModel(bytes: Uint8Array | ArrayBuffer, where = "model"): Predictor {
  const model = decodeModel(bytes, where);
  return predictorOf(model, (scale) => modelForward(model, (network) => fastForward(network, scale)));
}

/** @returns a forward pass that uses the vector kernels where there is enough work, else the plain ones */
function fastForward(network: Network, scale: number): Forward {
  const plain = plainForward(network, scale);
  return (X, outputs, predicted) => {
    if (predicted.length * network.parameters.length < WORTH_KERNELS) return plain(X, outputs, predicted);
    const found = predict(network, X, { scale });
    outputs.set(found.outputs);
    if (network.output === "softmax") predicted.set(found.classes);
  };
}
