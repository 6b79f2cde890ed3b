/**
 * The constants that the WebAssembly kernels share with the TypeScript that calls them. `pnpm kernels` generates
 * assembly/constants.ts and src/kernels/wasm/constants.ts from them, and a test compares both with the generated text.
 */
interface Constant {
  readonly name: string;
  readonly value: number;
  /** The type in AssemblyScript; a size in bytes that is added to addresses is a usize. */
  readonly type: "i32" | "usize";
  readonly doc: string;
}

const F32_BYTES = 4;
const PANEL = 16;
const LANES_BYTES = F32_BYTES * PANEL;
const MAX_COLUMNS = 256;
const COLUMNS_CHUNK = 64;
const MAX_SHARDS = 16;
const MAX_PARTIALS = 128;
const REDUCE_CHUNK_BYTES = 1024;

const ZEROS_BYTES = 512;
// The first level of the tree reduces four partials to one; tiles, sums of lanes and rows of a softmax need less.
const SUMS_BYTES = (MAX_PARTIALS / 4) * REDUCE_CHUNK_BYTES;
const SCRATCH_ORDER = ZEROS_BYTES + SUMS_BYTES;

const CONSTANTS: readonly Constant[] = [
  { name: "F32_BYTES", value: F32_BYTES, type: "usize", doc: "Bytes of a number." },
  { name: "PANEL", value: PANEL, type: "i32", doc: "Lanes of a panel." },
  {
    name: "LANES_BYTES",
    value: LANES_BYTES,
    type: "usize",
    doc: "Bytes of one example's, or one input's, lanes in a panel.",
  },
  { name: "TILE_BYTES", value: 4 * LANES_BYTES, type: "usize", doc: "Bytes of a tile of 4 x 16." },
  { name: "BLOCK", value: 8, type: "i32", doc: "Inputs of a block of a layer by lanes." },
  {
    name: "MAX_COLUMNS",
    value: MAX_COLUMNS,
    type: "i32",
    doc: "Columns that a matrix of examples has room for: MOST_COLUMNS of src/kernels/kernels.ts, or it does not compile.",
  },
  {
    name: "COLUMNS_PANEL_BYTES",
    value: (MAX_COLUMNS + 1) * LANES_BYTES,
    type: "usize",
    doc: "From one panel of examples to the next. The lanes beyond the columns keep panels from lying a power of two apart, where they would push each other out of the cache.",
  },
  {
    name: "COLUMNS_CHUNK",
    value: COLUMNS_CHUNK,
    type: "i32",
    doc: "Examples that all panels of weights go over before the next ones: few enough that their activations stay in the second-level cache, many enough that weights are worth fetching.",
  },
  {
    name: "MAP_STEP",
    value: 2 * MAX_COLUMNS,
    type: "usize",
    doc: "From the map of sixteen inputs to that of the next: a u16 for each column.",
  },
  {
    name: "QUAD_STEP",
    value: MAX_COLUMNS / 8 + 8,
    type: "usize",
    doc: "From the map of four inputs to that of the next: a bit for each column, then their number; eight bytes read from any column on stay within it.",
  },
  {
    name: "LIST_ENTRY_BYTES",
    value: 8,
    type: "usize",
    doc: "Of a list of inputs: where its weights are, and where its examples.",
  },
  {
    name: "LIST_HEADER_BYTES",
    value: 12,
    type: "usize",
    doc: "What a list of inputs takes besides an entry for each: their number, and an entry that makes it even.",
  },
  { name: "MAX_SHARDS", value: MAX_SHARDS, type: "i32", doc: "Neighbouring shards that outerProducts folds at most." },
  {
    name: "REDUCE_CHUNK_BYTES",
    value: REDUCE_CHUNK_BYTES,
    type: "usize",
    doc: "Bytes of each partial that reduce folds before the next ones: sums of 128 partials stay in the first-level cache.",
  },
  { name: "SCRATCH_ZEROS", value: 0, type: "usize", doc: `In the scratch memory: ${ZEROS_BYTES} bytes of zeros.` },
  {
    name: "SCRATCH_SUMS",
    value: ZEROS_BYTES,
    type: "usize",
    doc: "In the scratch memory: what a sum is made of, such as tiles of each shard, or chunks of partials.",
  },
  {
    name: "SCRATCH_ORDER",
    value: SCRATCH_ORDER,
    type: "usize",
    doc: "In the scratch memory: 0, 1, 2, ..., the order of examples that were copied, u32.",
  },
  {
    name: "SCRATCH_EXAMPLES",
    value: SCRATCH_ORDER + 4 * MAX_COLUMNS,
    type: "usize",
    doc: "In the scratch memory: examples that were copied, to its end.",
  },
  { name: "NONE", value: 0, type: "i32", doc: "Codes of activations." },
  { name: "RELU", value: 1, type: "i32", doc: "" },
  { name: "SIGMOID", value: 2, type: "i32", doc: "" },
  { name: "TANH", value: 3, type: "i32", doc: "" },
  { name: "LEAKY_RELU", value: 4, type: "i32", doc: "" },
  { name: "ELU", value: 5, type: "i32", doc: "" },
  { name: "SELU", value: 6, type: "i32", doc: "" },
  { name: "GELU", value: 7, type: "i32", doc: "" },
  { name: "SILU", value: 8, type: "i32", doc: "" },
  { name: "MISH", value: 9, type: "i32", doc: "" },
  { name: "IDENTITY", value: 10, type: "i32", doc: "" },
];

const WIDTH = 120;

function comment(doc: string): string[] {
  if (doc === "") return [];
  const line = `/** ${doc} */`;
  if (line.length <= WIDTH) return [line];
  const lines: string[] = [];
  let rest = "";
  for (const word of doc.split(" ")) {
    if (` *${rest} ${word}`.length > WIDTH) {
      lines.push(` *${rest}`);
      rest = "";
    }
    rest += ` ${word}`;
  }
  return ["/**", ...lines, ` *${rest}`, " */"];
}

/** The text of both files. */
export function generateConstants(): { readonly assembly: string; readonly typescript: string } {
  const text = (isAssembly: boolean): string =>
    [
      "// Generated from scripts/constants.ts by `pnpm kernels`.",
      "",
      ...CONSTANTS.flatMap(({ name, value, type, doc }) => [
        ...comment(doc),
        `export const ${name}${isAssembly ? `: ${type}` : ""} = ${value};`,
      ]),
      "",
    ].join("\n");
  return { assembly: text(true), typescript: text(false) };
}
