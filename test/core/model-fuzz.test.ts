import { createNetwork, decodeModel, encodeModel, InputError, type Model, rowEncoder } from "@scratch-nn/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { joinModel, splitModel } from "../support/model-files.ts";

const RUNS = Number(process.env["SCRATCH_NN_FUZZ"] ?? 2000);

const model: Model = {
  network: createNetwork({ layers: [7, 3, 2] }),
  classes: ["a", "b"],
  preprocessing: {
    columns: ["n", "d", "c"],
    named: true,
    encoders: [
      { kind: "number", column: 0, center: 1, spread: 2, clips: true, fill: 1, marksMissing: true },
      { kind: "date", column: 1, order: "ymd", center: 1, spread: 2, clips: false, fill: 1, marksMissing: false },
      { kind: "category", column: 2, levels: ["x", "y"], missing: true, other: true },
    ],
  },
  label: "l",
};
const file = encodeModel(model);

/** What a reader may do with a file: refuse it with an InputError, or give a model that can be used. */
function readOrRefuse(bytes: Uint8Array): Model | undefined {
  let read: Model;
  try {
    read = decodeModel(bytes);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return undefined;
  }
  expect(rowEncoder(read.preprocessing).inputs).toBe(read.network.layers[0]);
  expect(decodeModel(encodeModel(read))).toEqual(read);
  return read;
}

it("a model file with a byte changed is refused, or reads as it was", () => {
  const byte = fc.nat(file.length - 1);
  fc.assert(
    fc.property(byte, fc.integer({ min: 1, max: 255 }), (at, difference) => {
      const bytes = file.slice();
      bytes[at] ^= difference;
      const read = readOrRefuse(bytes);
      if (read !== undefined) expect(read).toEqual(decodeModel(file));
    }),
    { numRuns: RUNS },
  );
});

it("bytes of any kind are refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(readOrRefuse(bytes)).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
});

it("a header with anything anywhere is refused, or gives a model that can be used", () => {
  const { header, data } = splitModel(file);
  delete header.__metadata__["crc32"];
  const whole = {
    ...header,
    __metadata__: Object.fromEntries(
      Object.entries(header.__metadata__).map(([name, text]) => [name, text.startsWith("[") ? JSON.parse(text) : text]),
    ),
  } as Record<string, unknown>;
  (whole["__metadata__"] as Record<string, unknown>)["preprocessing"] = model.preprocessing;
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(0, -1, 0.5, Infinity, 2 ** 53, "", "__proto__", null, [], {}, [0, 84], "x", 1, 2, true),
  );
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 3 }), odd, fc.boolean(), (steps, value, removes) => {
      const changed = structuredClone(whole);
      changeSomewhere(changed, steps, value, removes);
      const metadata = changed["__metadata__"];
      if (typeof metadata === "object" && metadata !== null) {
        for (const [name, part] of Object.entries(metadata)) {
          if (typeof part === "object") (metadata as Record<string, unknown>)[name] = JSON.stringify(part);
        }
      }
      readOrRefuse(joinModel(changed, data));
    }),
    { numRuns: RUNS },
  );
});

/** Replaces or removes the part that the numbers lead to, each chosen among the parts of the one before. */
function changeSomewhere(whole: object, steps: readonly number[], value: unknown, removes: boolean): void {
  let at = whole as Record<string, unknown>;
  for (const [i, step] of steps.entries()) {
    const names = Object.keys(at);
    const name = names[step % names.length];
    const next = at[name];
    if (i < steps.length - 1 && typeof next === "object" && next !== null && Object.keys(next).length > 0) {
      at = next as Record<string, unknown>;
    } else if (removes) {
      delete at[name];
      return;
    } else {
      Object.defineProperty(at, name, { value, enumerable: true, configurable: true, writable: true });
      return;
    }
  }
}
