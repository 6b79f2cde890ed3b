/**
 * What came out of a trial, as a file: all that the run needs not to do it again.
 *
 *   27 bytes   "scratch-nn trial, format 1\n"
 *   32 bytes   SHA-256 of these and of all that follows
 *    4 bytes   length of the header, little-endian
 *              the header: JSON, with the trial's key, and how many numbers follow
 *              the parameters W1, b1, W2, b2, ..., and the outputs, as little-endian f32, then those of each snapshot
 */
import { Field, parameterBytes, parametersFrom } from "@scratch-nn/core/engine";
import type { TrialNetwork, TrialResult } from "@scratch-nn/parallel";
import { sha256Of } from "../disk/pieces.ts";

const MAGIC = Buffer.from("scratch-nn trial, format 1\n", "latin1");
const HASH_BYTES = 32;
const LENGTH_BYTES = 4;
const HEADER_AT = MAGIC.length + HASH_BYTES + LENGTH_BYTES;
const MOST = Number.MAX_SAFE_INTEGER;

/** @param key what the result follows from, see trialKey */
export function trialParts(key: string, result: TrialResult): readonly Uint8Array[] {
  const { parameters, outputs, snapshots, ...others } = result;
  const lengths = [parameters.length, outputs.length];
  const header = { key, ...others, lengths, snapshots: snapshots.length };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  const arrays = [result, ...snapshots].flatMap((network) => [network.parameters, network.outputs]);
  const content = [length, json, ...arrays.map((array) => parameterBytes({ parameters: array }))];
  return [MAGIC, sha256Of([MAGIC, ...content]), ...content];
}

/** @returns undefined where the file is not what was written for that key */
export function decodeTrial(file: Buffer, key: string): TrialResult | undefined {
  if (file.length < HEADER_AT || !file.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const content = file.subarray(MAGIC.length + HASH_BYTES);
  const hash = file.subarray(MAGIC.length, MAGIC.length + HASH_BYTES);
  if (!hash.equals(sha256Of([MAGIC, content]))) return undefined;
  const end = LENGTH_BYTES + content.readUInt32LE(0);
  const source = { where: "a kept trial", remedy: "remove it" };
  const header = new Field(source, content.toString("utf8", LENGTH_BYTES, end)).json();
  if (header.at("key").string() !== key) return undefined;
  const [parameters, outputs] = header.at("lengths").map((length) => length.whole(0, MOST));
  const networks: TrialNetwork[] = [];
  let at = end;
  const take = (numbers: number): Float32Array => {
    at += 4 * numbers;
    return parametersFrom(content.subarray(at - 4 * numbers, at));
  };
  for (let k = 0; k <= header.at("snapshots").whole(0, MOST); k++) {
    networks.push({ parameters: take(parameters), outputs: take(outputs) });
  }
  const [last, ...snapshots] = networks;
  const { reports, seconds, attempts } = header.value as TrialResult;
  return { ...last, snapshots, reports, seconds, attempts };
}
