// Generated from scripts/constants.ts by `pnpm kernels`.

/** Bytes of a number. */
export const F32_BYTES = 4;
/** Lanes of a panel. */
export const PANEL = 16;
/** Bytes of one example's, or one input's, lanes in a panel. */
export const LANES_BYTES = 64;
/** Bytes of a tile of 4 x 16. */
export const TILE_BYTES = 256;
/** Inputs of a block of a layer by lanes. */
export const BLOCK = 8;
/** Columns that a matrix of examples has room for: MOST_COLUMNS of src/kernels/kernels.ts, or it does not compile. */
export const MAX_COLUMNS = 256;
/**
 * From one panel of examples to the next. The lanes beyond the columns keep panels from lying a power of two apart,
 * where they would push each other out of the cache.
 */
export const COLUMNS_PANEL_BYTES = 16448;
/**
 * Examples that all panels of weights go over before the next ones: few enough that their activations stay in the
 * second-level cache, many enough that weights are worth fetching.
 */
export const COLUMNS_CHUNK = 64;
/** From the map of sixteen inputs to that of the next: a u16 for each column. */
export const MAP_STEP = 512;
/**
 * From the map of four inputs to that of the next: a bit for each column, then their number; eight bytes read from any
 * column on stay within it.
 */
export const QUAD_STEP = 40;
/** Of a list of inputs: where its weights are, and where its examples. */
export const LIST_ENTRY_BYTES = 8;
/** What a list of inputs takes besides an entry for each: their number, and an entry that makes it even. */
export const LIST_HEADER_BYTES = 12;
/** Neighbouring shards that outerProducts folds at most. */
export const MAX_SHARDS = 16;
/** Bytes of each partial that reduce folds before the next ones: sums of 128 partials stay in the first-level cache. */
export const REDUCE_CHUNK_BYTES = 1024;
/** In the scratch memory: 512 bytes of zeros. */
export const SCRATCH_ZEROS = 0;
/** In the scratch memory: what a sum is made of, such as tiles of each shard, or chunks of partials. */
export const SCRATCH_SUMS = 512;
/** In the scratch memory: 0, 1, 2, ..., the order of examples that were copied, u32. */
export const SCRATCH_ORDER = 33280;
/** In the scratch memory: examples that were copied, to its end. */
export const SCRATCH_EXAMPLES = 34304;
/** Codes of activations. */
export const NONE = 0;
export const RELU = 1;
export const SIGMOID = 2;
export const TANH = 3;
export const LEAKY_RELU = 4;
export const ELU = 5;
export const SELU = 6;
export const GELU = 7;
export const SILU = 8;
export const MISH = 9;
export const IDENTITY = 10;
