/**
 * Preloaded: simulates a machine with faulty WebAssembly. SABOTAGE selects the fault: `wide` miscompiles the module of
 * 256 bits, `all` every module, `none` rejects vectors.
 */
import { readFileSync } from "node:fs";

const sabotage = process.env["SABOTAGE"];

interface Exports {
  readonly descend: (W: number, ...rest: unknown[]) => number;
}
const api = (globalThis as unknown as { WebAssembly: Record<string, unknown> }).WebAssembly;
const Module = api["Module"] as new (bytes: Uint8Array) => object;
const Instance = api["Instance"] as new (
  module: object,
  imports: { readonly env?: { readonly memory: { readonly buffer: ArrayBuffer } } },
) => { readonly exports: Exports };
const sizes = new WeakMap<object, number>();

api["Module"] = class {
  constructor(bytes: Uint8Array) {
    if (sabotage === "none") throw new Error("wasm simd unsupported");
    const module = new Module(bytes);
    sizes.set(module, bytes.length);
    // biome-ignore lint/correctness/noConstructorReturn: it stands in for the real one.
    return module;
  }
};

/** The length of the 256-bit module, which distinguishes it from the 128-bit one. */
const binaries = readFileSync(new URL("../../packages/core/src/kernels/wasm/binary.ts", import.meta.url), "utf8");
const WIDE_BYTES = Buffer.from(/SIMD256: .* base64: "([^"]+)"/.exec(binaries)![1], "base64").length;

api["Instance"] = class {
  constructor(module: object, imports: ConstructorParameters<typeof Instance>[1]) {
    const instance = new Instance(module, imports);
    const memory = imports.env?.memory;
    const isWide = sizes.get(module)! === WIDE_BYTES;
    // biome-ignore lint/correctness/noConstructorReturn: it stands in for the real one.
    if (memory === undefined || (sabotage === "wide" && !isWide)) return instance;
    const { descend } = instance.exports;
    // biome-ignore lint/correctness/noConstructorReturn: it stands in for the real one.
    return {
      exports: {
        ...instance.exports,
        descend(W: number, ...rest: unknown[]): number {
          const allFinite = descend(W, ...rest);
          // Changes one weight to the next f32. Flipping its last bit would not do: a second step would undo it.
          new Uint32Array(memory.buffer)[W >> 2] += 1;
          return allFinite;
        },
      },
    };
  }
};
