import { decodeModel } from "../formats/decode.ts";
import { modelForward } from "./members-forward.ts";
import { plainForward } from "./plain-forward.ts";
import { type Predictor, predictorOf } from "./predictor.ts";

/**
 * Loads a model file to predict from raw rows. It uses plain loops instead of the vector kernels: the same bits, and
 * code small enough for a web page.
 * @param bytes of a file that encodeModel or the command line wrote
 * @param where the name of the file, for errors
 * @throws InputError naming the field that is wrong, when the bytes are not such a file
 */
export function loadModel(bytes: Uint8Array | ArrayBuffer, where = "model"): Predictor {
  const model = decodeModel(bytes, where);
  return predictorOf(model, (scale) => modelForward(model, (network) => plainForward(network, scale)));
}
