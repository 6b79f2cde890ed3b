/** Compiles AssemblyScript like the kernels, to measure the machine itself. */
import asc from "assemblyscript/asc";

/** The part of WebAssembly that is used here; the types of the language do not include it. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
    readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
    readonly Instance: new (
      module: object,
      imports: object,
    ) => { readonly exports: Readonly<Record<string, (...args: number[]) => void>> };
  };
};

const PAGE_BYTES = 65_536;

export interface Compiled {
  readonly exports: Readonly<Record<string, (...args: number[]) => void>>;
  /** The whole memory, filled with 0.5. */
  readonly numbers: Float32Array;
}

/** Compiles a module. @param bytes the least size of its memory */
export async function compile(source: string, bytes: number): Promise<Compiled> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const flags = ["-O1", "--runtime", "stub", "--enable", "simd", "--importMemory", "--use", "abort="];
  const { error, stderr } = await asc.main(["source.ts", ...flags, "--outFile", "out.wasm"], {
    readFile: (name) => (name === "source.ts" ? source : null),
    writeFile(_name, contents) {
      binary = contents as Uint8Array<ArrayBuffer>;
    },
  });
  if (error !== null || binary === undefined) throw new Error(stderr.toString(), { cause: error });
  const { Memory, Module, Instance } = WebAssembly;
  const memory = new Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  const numbers = new Float32Array(memory.buffer).fill(0.5);
  return { exports: new Instance(new Module(binary), { env: { memory } }).exports, numbers };
}
