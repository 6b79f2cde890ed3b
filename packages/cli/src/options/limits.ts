/** How large numbers may be, on the command line and in what a run keeps of it. */
export const MOST = 2 ** 31 - 1;
/** Of a hidden layer. */
export const MOST_UNITS = 1 << 20;
export const MOST_SHARDS = 4096;
export const MOST_SEED = 2 ** 32 - 1;
