// Generated from scripts/constants.ts by `pnpm kernels`.

/** Bytes of an f32. */
export const F32_BYTES = 4;
/** The number of lanes in a panel. */
export const PANEL = 16;
/** Bytes of the lanes of one example, or one input, in a panel. */
export const LANES_BYTES = 64;
/** Bytes of a tile of 4 x 16 numbers. */
export const TILE_BYTES = 256;
/** The number of inputs in a block of a layer by lanes. */
export const BLOCK = 8;
/**
 * The number of columns that a matrix of examples has room for. The types require that it is MOST_COLUMNS of
 * src/kernels/kernels.ts.
 */
export const MAX_COLUMNS = 256;
/**
 * The distance between panels of examples, in bytes. The lanes beyond the columns keep panels from lying a power of two
 * apart, where they would evict each other from the cache.
 */
export const COLUMNS_PANEL_BYTES = 16448;
/**
 * The number of examples that are multiplied with all panels of weights before the next ones. They are few enough for
 * their activations to stay in the second-level cache, and many enough to amortise fetching the weights.
 */
export const COLUMNS_CHUNK = 64;
/** The distance between the maps of sixteen inputs each, in bytes. A map has a u16 per column. */
export const MAP_STEP = 512;
/**
 * The distance between the maps of four inputs each, in bytes. A map has a bit per column, then the number of set bits.
 * A read of eight bytes, from any column on, stays within the map.
 */
export const QUAD_STEP = 40;
/** Bytes of an entry in a list of inputs: the places of its weights and of its examples. */
export const LIST_ENTRY_BYTES = 8;
/** Bytes of a list of inputs besides its entries: their number, and an entry that pads it to an even number. */
export const LIST_HEADER_BYTES = 12;
/** The largest number of adjacent shards that outerProducts folds. */
export const MAX_SHARDS = 16;
/**
 * Bytes of each partial sum that reduce folds before the next ones. The intermediate sums of 128 partial sums then stay
 * in the first-level cache.
 */
export const REDUCE_CHUNK_BYTES = 1024;
/** The offset of 512 bytes of zeros in the scratch memory. */
export const SCRATCH_ZEROS = 0;
/** The offset of a sum's parts in the scratch memory, such as tiles of each shard, or chunks of partial sums. */
export const SCRATCH_SUMS = 512;
/** The offset of the u32 numbers 0, 1, 2, ... in the scratch memory: the order of copied examples. */
export const SCRATCH_ORDER = 33280;
/** The offset of copied examples in the scratch memory. They extend to its end. */
export const SCRATCH_EXAMPLES = 34304;
/** The codes of activations. */
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
