// Generated from scripts/constants.ts by `pnpm kernels`.

/** Bytes of an f32. */
export const F32_BYTES: usize = 4;
/** The number of lanes in a panel. */
export const PANEL: i32 = 16;
/** Bytes of the lanes of one example, or one input, in a panel. */
export const LANES_BYTES: usize = 64;
/** Bytes of a tile of 4 x 16 numbers. */
export const TILE_BYTES: usize = 256;
/** The number of inputs in a block of a layer by lanes. */
export const BLOCK: i32 = 8;
/**
 * The number of columns that a matrix of examples has room for. The types require that it is MOST_COLUMNS of
 * src/kernels/kernels.ts.
 */
export const MAX_COLUMNS: i32 = 256;
/**
 * The distance between panels of examples, in bytes. The lanes beyond the columns keep panels from lying a power of two
 * apart, where they would evict each other from the cache.
 */
export const COLUMNS_PANEL_BYTES: usize = 16448;
/**
 * The number of examples that are multiplied with all panels of weights before the next ones. They are few enough for
 * their activations to stay in the second-level cache, and many enough to amortise fetching the weights.
 */
export const COLUMNS_CHUNK: i32 = 64;
/** The distance between the maps of sixteen inputs each, in bytes. A map has a u16 per column. */
export const MAP_STEP: usize = 512;
/**
 * The distance between the maps of four inputs each, in bytes. A map has a bit per column, then the number of set bits.
 * A read of eight bytes, from any column on, stays within the map.
 */
export const QUAD_STEP: usize = 40;
/** Bytes of an entry in a list of inputs: the places of its weights and of its examples. */
export const LIST_ENTRY_BYTES: usize = 8;
/** Bytes of a list of inputs besides its entries: their number, and an entry that pads it to an even number. */
export const LIST_HEADER_BYTES: usize = 12;
/** The largest number of adjacent shards that outerProducts folds. */
export const MAX_SHARDS: i32 = 16;
/**
 * Bytes of each partial sum that reduce folds before the next ones. The intermediate sums of 128 partial sums then stay
 * in the first-level cache.
 */
export const REDUCE_CHUNK_BYTES: usize = 1024;
/** The offset of 512 bytes of zeros in the scratch memory. */
export const SCRATCH_ZEROS: usize = 0;
/** The offset of a sum's parts in the scratch memory, such as tiles of each shard, or chunks of partial sums. */
export const SCRATCH_SUMS: usize = 512;
/** The offset of the u32 numbers 0, 1, 2, ... in the scratch memory: the order of copied examples. */
export const SCRATCH_ORDER: usize = 33280;
/** The offset of copied examples in the scratch memory. They extend to its end. */
export const SCRATCH_EXAMPLES: usize = 34304;
/** The codes of activations. */
export const NONE: i32 = 0;
export const RELU: i32 = 1;
export const SIGMOID: i32 = 2;
export const TANH: i32 = 3;
export const LEAKY_RELU: i32 = 4;
export const ELU: i32 = 5;
export const SELU: i32 = 6;
export const GELU: i32 = 7;
export const SILU: i32 = 8;
export const MISH: i32 = 9;
export const IDENTITY: i32 = 10;
