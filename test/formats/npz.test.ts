import { deflateRawSync } from "node:zlib";
import { importModel } from "@scratch-nn/formats";
import { describe, expect, it } from "vitest";
import { directoryEntry, npyOf, npzOf, type WrittenArray, zipOf } from "../support/array-files.ts";
import { refusalOf } from "../support/refusal-of.ts";

/** A kernel with 2 inputs and 3 outputs in Keras' layout. */
const KERNEL: WrittenArray = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };
const BIAS: WrittenArray = { shape: [3], values: [7, 8, 9] };
/** W1 [3, 2], then b1. */
const PARAMETERS = [1, 4, 2, 5, 3, 6, 7, 8, 9];

const read = (bytes: Uint8Array) => importModel(bytes, "w.npz").model.network;

const refusal = (bytes: Uint8Array): string => refusalOf(() => read(bytes));

/** The file with another number in its directory. @param field the number's offset in the record of entry k */
function withDirectory(zip: Uint8Array, k: number, field: number, value: number, bytes: 2 | 4 = 4): Uint8Array {
  const changed = Buffer.from(zip);
  changed.writeUIntLE(value, directoryEntry(zip, k) + field, bytes);
  return changed;
}

describe("an npz", () => {
  it.each(["<f4", ">f4", "<f8", ">f8"])("of %s, stored or deflated, reads as it was written", (type) => {
    for (const level of [0, 6] as const) {
      const bytes = npzOf({ arr_0: { ...KERNEL, type }, arr_1: { ...BIAS, type } }, level);
      expect([...read(bytes).parameters]).toEqual(PARAMETERS);
    }
  });

  it("in Fortran's order is read column after column", () => {
    const values = [1, 4, 2, 5, 3, 6];
    const network = read(npzOf({ arr_0: { shape: [2, 3], values, isFortranOrder: true }, arr_1: BIAS }));
    expect([...network.parameters]).toEqual(PARAMETERS);
  });

  it("of half precision reads its normal, denormal and negative numbers", () => {
    // 1, -2, 65504, the smallest denormal and the smallest normal number, -0
    const values = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x8000];
    const network = read(npzOf({ W1: { shape: [3, 2], values, type: "<f2" } }));
    expect([...network.W[1]]).toEqual([1, -2, 65504, 2 ** -24, 2 ** -14, -0]);
  });

  it("may have its header in any order, spacing and quotes of Python's", () => {
    for (const header of [
      `{"shape":(2,3),"fortran_order":False,"descr":"<f4"}`,
      "{ 'fortran_order' : False , 'descr' : '<f4', 'shape': ( 2 , 3 , ) , }   ",
    ]) {
      const files = { "arr_0.npy": npyOf(KERNEL, header), "arr_1.npy": npyOf(BIAS) };
      expect([...read(zipOf(files)).parameters]).toEqual(PARAMETERS);
    }
  });
});

describe("an npz is refused", () => {
  const whole = npzOf({ arr_0: KERNEL, arr_1: BIAS });

  it("wherever it is cut short", () => {
    for (let length = 2; length < whole.length; length++) {
      expect(refusal(whole.subarray(0, length))).toMatch(/^w\.npz: expected an npz, with a zip file's directory/);
    }
  });

  it.each<[string, string]>([
    ["", `found "\\n"`],
    ["{'descr': '<f4', 'fortran_order': False}", "found one without shape"],
    ["{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3)}", `found "0, `],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (6)}", `found the shape "6"`],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2,, 3)}", `found the length ""`],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3)}", `found "(2, -3)}`],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'shape': (2, 3)}", "found shape twice"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': (2, 3)}", `found "x"`],
    ["{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}", `found "[('a'`],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} + x", `found "} + x`],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (9007199254740991, 9)}", "found the shape"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}", "expected 16 bytes, for the shape [2, 2], found 24"],
    ["{'descr': '|O', 'fortran_order': False, 'shape': (2, 3)}", "objects are pickled, and those are never read"],
    ["{'descr': '<U9', 'fortran_order': False, 'shape': (2, 3)}", `expected numbers, found the type "<U9"`],
    ["{'descr': '=f4', 'fortran_order': False, 'shape': (2, 3)}", `expected numbers, found the type "=f4"`],
  ])("for a header %s", (header, said) => {
    const found = refusal(zipOf({ "arr_0.npy": npyOf(KERNEL, header) }));
    expect(found).toMatch(/^w\.npz, "arr_0"/);
    expect(found).toContain(said);
  });

  it("where bytes were damaged, stored or deflated", () => {
    for (const level of [0, 6] as const) {
      const bytes = Buffer.from(npzOf({ arr_0: { shape: [40, 3], values: new Array(120).fill(1) } }, level));
      bytes[60] ^= 1;
      expect(refusal(bytes)).toMatch(
        /^w\.npz, "arr_0": expected (bytes of the checksum|deflated bytes|\d+ bytes once)/,
      );
    }
  });

  it("where sizes are lies, before memory is taken for them", () => {
    const deflated = npzOf({ arr_0: { shape: [40, 3], values: new Array(120).fill(1) } }, 6);
    const [size] = [24];
    expect(refusal(withDirectory(deflated, 0, size, 100))).toContain(
      "expected 100 bytes once they are inflated, found more",
    );
    expect(refusal(withDirectory(deflated, 0, size, 9999))).toContain(
      "expected 9999 bytes once they are inflated, found",
    );
    expect(refusal(withDirectory(deflated, 0, size, 0xfffffff0))).toContain("at most 67108864 bytes");
    expect(refusal(withDirectory(whole, 0, size, 1))).toContain("as they are stored, found 1");
  });

  it("where it is a bomb, whether it says so or not", () => {
    const deflated = deflateRawSync(Buffer.alloc(2 ** 22));
    const stored = zipOf({ "arr_0.npy": deflated });
    expect(stored.length).toBeLessThan(2 ** 13);
    const bombOf = (size: number) => withDirectory(withDirectory(stored, 0, 10, 8, 2), 0, 24, size);
    const said = refusal(bombOf(2 ** 26 + 1));
    expect(said).toMatch(/expected arrays of at most 67108864 bytes in a file of \d+, found 67108865/);
    expect(refusal(bombOf(2 ** 10))).toContain("expected 1024 bytes once they are inflated, found more");
  });

  it("where entries overlap, come twice, are encrypted, or are compressed otherwise", () => {
    const [flags, method, nameAt] = [8, 10, 46];
    expect(refusal(withDirectory(whole, 0, flags, 1, 2))).toContain("found one that is encrypted");
    expect(refusal(withDirectory(whole, 0, method, 14, 2))).toContain("method 14");
    const renamed = Buffer.from(whole);
    renamed.write("0", directoryEntry(whole, 1) + nameAt + 4);
    expect(refusal(renamed)).toContain("expected the same name in the directory and before the array, found two");
    renamed.write("0", whole.indexOf(0x31, 100) < 0 ? 0 : Buffer.from(whole).indexOf("arr_1") + 4);
    expect(refusal(renamed)).toContain(`"arr_0.npy": expected each name once, found it twice`);
    // The first array's bytes extend into the second's.
    const longer = withDirectory(withDirectory(whole, 0, 20, 150), 0, 24, 150);
    expect(refusal(longer)).toMatch(/"arr_1.npy": expected bytes of its own, from \d+, found bytes from \d+/);
  });

  it("where it holds something else, with what to do", () => {
    expect(refusal(zipOf({ "model/data.pkl": new Uint8Array(9) }))).toMatch(/pickled checkpoint.*safetensors/);
    expect(refusal(zipOf({ "config.json": new Uint8Array(9), "model.weights.h5": new Uint8Array(9) }))).toMatch(
      /savez/,
    );
    expect(refusal(zipOf({ "x.txt": new Uint8Array(9) }))).toMatch(/names that end in \.npy/);
    expect(refusal(zipOf({}))).toMatch(/a zip file without any/);
    expect(refusal(zipOf({ "arr_0.npy": new Uint8Array(9) }))).toMatch(/an array in NumPy's npy format/);
  });
});
