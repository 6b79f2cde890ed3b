import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  checkpointParts,
  decodeCheckpoint,
  encodeCheckpoint,
  readRegularFile,
  sha256Of,
  writeDurably,
} from "@scratch-nn/cli";
import { expect, it } from "vitest";
import { CHECKPOINT } from "../support/checkpoint-properties.ts";
import { sha256 } from "../support/digest.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const whole = encodeCheckpoint(CHECKPOINT);

// Node cannot hash, read or write 2 GiB in one call, so this is done in pieces of 64 MiB; the test uses smaller ones.
it.each([1, 7, 1000, whole.length, 2 ** 30])(
  "a checkpoint is hashed, written and read in pieces of %d bytes as in one",
  async (pieceBytes) => {
    const parts = checkpointParts(CHECKPOINT, pieceBytes);
    expect(parts.length).toBeGreaterThan(1);
    expect(new Uint8Array(Buffer.concat(parts))).toEqual(new Uint8Array(whole));
    expect(sha256Of(parts, pieceBytes).toString("hex")).toBe(sha256(whole));
    const folder = temporaryFolder();
    const path = join(folder, "step-000000000013.checkpoint");
    await writeDurably(path, parts, pieceBytes);
    expect(readdirSync(folder)).toEqual(["step-000000000013.checkpoint"]);
    const bytes = await readRegularFile(path, pieceBytes);
    expect(bytes.equals(whole)).toBe(true);
    expect(decodeCheckpoint(bytes, pieceBytes)).toEqual(CHECKPOINT);
  },
);
