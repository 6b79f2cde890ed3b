/** Reads and checks a run's config.json. */
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { Field } from "@scratch-nn/core/engine";
import { PIECE_BYTES } from "../disk/pieces.ts";
import { kindOf, readRegularFile } from "../disk/regular-file.ts";
import { readRunConfig } from "../options/config-schema.ts";
import type { RunConfig } from "../options/run-config.ts";

/** The content of `config.json`: the run's settings, and the hash of its data. */
export interface KeptConfig extends RunConfig {
  /** See fingerprint.ts; undefined in older runs. */
  readonly dataSha256?: string;
}

const MOST_BYTES = 2 ** 28;

/** The texts of error messages, depending on the purpose of reading. */
export interface Reading {
  /** The flag or command that names the run. */
  readonly where: string;
  /** The remedy for an invalid config. */
  readonly remedy: string;
  /** The remedy for a folder that is not a run's. */
  readonly otherwise: string;
}

const TO_RESUME: Reading = {
  where: "--resume",
  remedy: "mend it, or start a new run: there is no checkpoint to go on from",
  otherwise:
    "check the path; a run that ended before its first step has nothing to go on from: start it again by --out",
};

/** @throws InputError when it cannot be the folder of a run */
export function requireRun(run: string, reading = TO_RESUME): void {
  const kind = run === "" ? undefined : kindOf(run);
  if (kind !== undefined && kind !== "folder") throw noRun(`${run}, which is a ${kind}`, { reading });
  const checkpoints = kindOf(join(run, "checkpoints"));
  if (checkpoints !== undefined && checkpoints !== "folder") {
    throw noRun(`${join(run, "checkpoints")}, which is a ${checkpoints} and no folder`, { reading });
  }
}

/** @throws InputError when the folder is not that of a run, or its config is not valid */
export async function readConfig(run: string, reading = TO_RESUME): Promise<KeptConfig> {
  const path = join(run, "config.json");
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(path, PIECE_BYTES, MOST_BYTES);
  } catch (cause) {
    throw noRun(`${run}: ${(cause as Error).message}`, { cause, reading });
  }
  return decodeConfig(bytes, path, reading);
}

/** @throws InputError naming a field that is not valid for a run */
export function decodeConfig(bytes: Buffer, path: string, { where, remedy }: Reading = TO_RESUME): KeptConfig {
  const source = { where: `${where}: ${path}`, remedy };
  // No run's config is this large.
  if (bytes.length > MOST_BYTES) new Field(source, bytes.length).fail(`at most ${MOST_BYTES} bytes`);
  const field = new Field(source, bytes.toString("utf8")).json();
  const sha256 = field.at("dataSha256");
  return { ...readRunConfig(field), ...(sha256.value === undefined ? {} : { dataSha256: sha256.string() }) };
}

function noRun(
  found: string,
  { cause, reading: { where, otherwise: remedy } }: { readonly cause?: unknown; readonly reading: Reading },
): InputError {
  return new InputError({ where, expected: "the folder of a run, with its config.json", found, remedy }, { cause });
}
