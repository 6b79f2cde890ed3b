/**
 * Compiles assembly/ into src/kernels/wasm/binary.ts and writes the constants that both sides share: `pnpm kernels`.
 * The same sources give the same bytes on any machine, and a test compares them with the files.
 */
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { generateConstants } from "./constants.ts";
import { repeat } from "./repeat.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** The path of the constants, which {@link compile} generates instead of reading. */
const ASSEMBLY_CONSTANTS = "assembly/constants.ts";

const OPTIONS = [
  "-O1",
  "--noAssert",
  "--use",
  "abort=",
  "--runtime",
  "stub",
  "--enable",
  "simd",
  "--importMemory",
  "--initialMemory",
  "1",
  "--maximumMemory",
  "65536",
];

async function compile(wide: boolean, shared: boolean): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      "assembly/index.ts",
      ...OPTIONS,
      ...["--use", `WIDE=${wide ? 1 : 0}`],
      ...(shared ? ["--enable", "threads", "--sharedMemory"] : []),
      ...["--baseDir", ROOT, "--outFile", "out.wasm"],
    ],
    {
      readFile: async (name, folder) => {
        if (name === ASSEMBLY_CONSTANTS) return generateConstants().assembly;
        const text = await readFile(resolve(folder, name), "utf8").catch(() => null);
        return text === null ? null : repeat(text);
      },
      writeFile(_name, contents) {
        binary = contents as Uint8Array;
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(stderr.toString(), { cause: error });
  return binary;
}

/** Builds one module for both kinds of memory. Their binaries differ in one byte, a flag of the imported memory. */
async function compileBoth(wide: boolean): Promise<{ readonly base64: string; readonly flagAt: number }> {
  const [plain, shared] = [await compile(wide, false), await compile(wide, true)];
  const different = [...plain.keys()].filter((i) => plain[i] !== shared[i]);
  const [flagAt] = different;
  if (plain.length !== shared.length || different.length !== 1 || plain[flagAt] !== 1 || shared[flagAt] !== 3) {
    throw new Error("the modules for plain and for shared memory differ in more than the flag of the memory");
  }
  return { base64: Buffer.from(plain).toString("base64"), flagAt };
}

/** The text of src/kernels/wasm/binary.ts. */
async function generateBinary(): Promise<string> {
  const [wide, narrow] = [await compileBoth(true), await compileBoth(false)];
  return [
    "// Generated from assembly/ by `pnpm kernels`.",
    "",
    "/** A module that imports a memory; its byte `flagAt` is 1 for plain memory and 3 for shared. */",
    "export interface Binary {",
    "  readonly base64: string;",
    "  readonly flagAt: number;",
    "}",
    "",
    `export const SIMD256: Binary = { flagAt: ${wide.flagAt}, base64: "${wide.base64}" };`,
    "",
    `export const SIMD128: Binary = { flagAt: ${narrow.flagAt}, base64: "${narrow.base64}" };`,
    "",
  ].join("\n");
}

/** All generated files: their text by their path in packages/core. */
export async function generate(): Promise<Record<string, string>> {
  const { assembly, typescript } = generateConstants();
  return {
    [ASSEMBLY_CONSTANTS]: assembly,
    "src/kernels/wasm/constants.ts": typescript,
    "src/kernels/wasm/binary.ts": await generateBinary(),
  };
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await generate())) await writeFile(resolve(ROOT, path), text);
}
