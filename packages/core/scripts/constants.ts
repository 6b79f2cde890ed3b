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
  { name: "F32_BYTES", value: F32_BYTES, type: "usize", doc: "Bytes of an f32." },
  { name: "PANEL", value: PANEL, type: "i32", doc: "The number of lanes in a panel." },
  {
    name: "LANES_BYTES",
    value: LANES_BYTES,
    type: "usize",
    doc: "Bytes of the lanes of one example, or one input, in a panel.",
  },
  { name: "TILE_BYTES", value: 4 * LANES_BYTES, type: "usize", doc: "Bytes of a tile of 4 x 16 numbers." },
  { name: "BLOCK", value: 8, type: "i32", doc: "The number of inputs in a block of a layer by lanes." },
  {
    name: "MAX_COLUMNS",
    value: MAX_COLUMNS,
    type: "i32",
    doc: "The number of columns that a matrix of examples has room for. The types require that it is MOST_COLUMNS of src/kernels/kernels.ts.",
  },
  {
    name: "COLUMNS_PANEL_BYTES",
    value: (MAX_COLUMNS + 1) * LANES_BYTES,
    type: "usize",
    doc: "The distance between panels of examples, in bytes. The lanes beyond the columns keep panels from lying a power of two apart, where they would evict each other from the cache.",
  },
  {
    name: "COLUMNS_CHUNK",
    value: COLUMNS_CHUNK,
    type: "i32",
    doc: "The number of examples that are multiplied with all panels of weights before the next ones. They are few enough for their activations to stay in the second-level cache, and many enough to amortise fetching the weights.",
  },
  {
    name: "MAP_STEP",
    value: 2 * MAX_COLUMNS,
    type: "usize",
    doc: "The distance between the maps of sixteen inputs each, in bytes. A map has a u16 per column.",
  },
  {
    name: "QUAD_STEP",
    value: MAX_COLUMNS / 8 + 8,
    type: "usize",
    doc: "The distance between the maps of four inputs each, in bytes. A map has a bit per column, then the number of set bits. A read of eight bytes, from any column on, stays within the map.",
  },
  {
    name: "LIST_ENTRY_BYTES",
    value: 8,
    type: "usize",
    doc: "Bytes of an entry in a list of inputs: the places of its weights and of its examples.",
  },
  {
    name: "LIST_HEADER_BYTES",
    value: 12,
    type: "usize",
    doc: "Bytes of a list of inputs besides its entries: their number, and an entry that pads it to an even number.",
  },
  {
    name: "MAX_SHARDS",
    value: MAX_SHARDS,
    type: "i32",
    doc: "The largest number of adjacent shards that outerProducts folds.",
  },
  {
    name: "REDUCE_CHUNK_BYTES",
    value: REDUCE_CHUNK_BYTES,
    type: "usize",
    doc: "Bytes of each partial sum that reduce folds before the next ones. The intermediate sums of 128 partial sums then stay in the first-level cache.",
  },
  {
    name: "SCRATCH_ZEROS",
    value: 0,
    type: "usize",
    doc: `The offset of ${ZEROS_BYTES} bytes of zeros in the scratch memory.`,
  },
  {
    name: "SCRATCH_SUMS",
    value: ZEROS_BYTES,
    type: "usize",
    doc: "The offset of a sum's parts in the scratch memory, such as tiles of each shard, or chunks of partial sums.",
  },
  {
    name: "SCRATCH_ORDER",
    value: SCRATCH_ORDER,
    type: "usize",
    doc: "The offset of the u32 numbers 0, 1, 2, ... in the scratch memory: the order of copied examples.",
  },
  {
    name: "SCRATCH_EXAMPLES",
    value: SCRATCH_ORDER + 4 * MAX_COLUMNS,
    type: "usize",
    doc: "The offset of copied examples in the scratch memory. They extend to its end.",
  },
  { name: "NONE", value: 0, type: "i32", doc: "The codes of activations." },
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
