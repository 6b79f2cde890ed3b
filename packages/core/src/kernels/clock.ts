const { performance } = globalThis as unknown as { readonly performance: { now(): number } };

/** Milliseconds since some moment. A clock belongs to the host, not to the language: core's types have none. */
export const now = (): number => performance.now();
