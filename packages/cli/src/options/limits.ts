/** The upper limits of numbers on the command line and in saved runs. */
export const MOST = 2 ** 31 - 1;
/** Units of a hidden layer. */
export const MOST_UNITS = 1 << 20;
export const MOST_SHARDS = 4096;
export const MOST_SEED = 2 ** 32 - 1;
