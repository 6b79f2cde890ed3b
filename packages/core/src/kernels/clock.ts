const { performance } = globalThis as unknown as { readonly performance: { now(): number } };

/**
 * The time in milliseconds since an arbitrary start. The clock comes from the host, as the types of the language have
 * none.
 */
export const now = (): number => performance.now();
