import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runHere, trainHere } from "../support/here.ts";
import { type IdxTypeName, idxOf, writeFiles } from "../support/idx-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Twelve images of four values, of two classes. */
function folderOf(name: string, type: IdxTypeName, values: readonly number[]): Record<string, Buffer> {
  return {
    [`${name}/train-images-idx3-ubyte`]: idxOf(type, [12, 2, 2], values),
    [`${name}/train-labels-idx1-ubyte`]: idxOf(
      "u8",
      [12],
      Array.from({ length: 12 }, (_, i) => i % 2),
    ),
  };
}

const bytes = Array.from({ length: 48 }, (_, i) => (i * 37 * 5) % 256);
const fractions = bytes.map((value) => value / 255);

describe("Images of another scale than those trained on", () => {
  it("are predicted and evaluated with a remark; those of the same scale without", async () => {
    const cwd = writeFiles(temporaryFolder(), {
      ...folderOf("bytes", "u8", bytes),
      ...folderOf("fractions", "f64", fractions),
      ...folderOf(
        "centred",
        "f32",
        fractions.map((value) => 2 * value - 1),
      ),
      ...folderOf(
        "wide",
        "i16",
        bytes.map((value) => 16 * value - 9),
      ),
      ...folderOf(
        "dim",
        "f32",
        bytes.map((value) => value * 0.7),
      ),
    });
    for (const name of ["bytes", "fractions"]) {
      const args = ["--data", name, "--epochs", "1", "--workers", "0", "--out", `of-${name}`, "--test-fraction", "0"];
      expect((await trainHere(args, { cwd })).code).toBe(0);
    }
    const told = async (model: string, data: string, command = "evaluate"): Promise<string> => {
      const { code, stderr } = await runHere([command, `of-${model}`, "--data", data, "--workers", "0"], { cwd });
      expect(code).toBe(0);
      return stderr.split("\n").find((line) => line.includes("the model expects")) ?? "";
    };
    expect(await told("bytes", "fractions")).toContain(
      "fractions: values from 0 to 0.969, where the model expects 0 to 255: check that they have the scale",
    );
    expect(await told("bytes", "centred")).toContain("values from -1 to 0.937, where the model expects 0 to 255");
    expect(await told("bytes", "wide", "predict")).toContain("where the model expects 0 to 255");
    expect(await told("fractions", "bytes")).toMatch(/bytes: values from 0 to 247, where the model expects about -/);
    for (const [model, data] of [
      ["bytes", "bytes"],
      ["bytes", "dim"],
      ["fractions", "fractions"],
      ["fractions", "centred"],
      ["bytes", join("bytes", "train-images-idx3-ubyte")],
    ]) {
      expect(await told(model, data), `${model} on ${data}`).toBe("");
    }
  });
});
