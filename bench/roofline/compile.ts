/** AssemblyScript compiled like the kernels, for what the machine itself can do. */
import asc from "assemblyscript/asc";

/** What of WebAssembly is used here; the language's own types have none of it. */
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
  /** The whole memory; 0.5 in all places. */
  readonly numbers: Float32Array;
}

/** @param bytes of memory, at least */
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
