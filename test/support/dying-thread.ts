/** Imitates a thread that dies in a kernel, after half of its numbers have been written. */

const DEATH = new Error("the thread dies");

/** Runs a function that a failing kernel may interrupt. @returns whether it was interrupted */
export function dies(run: () => void): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error !== DEATH) throw error;
    return true;
  }
}

/** The first half of a range of parameters, in whole cache lines, at least one. */
export function firstHalf<Part extends { readonly begin: number; readonly end: number }>(elements: Part): Part {
  const { begin, end } = elements;
  return { ...elements, end: begin + 16 * Math.ceil((end - begin) / 32) };
}

/**
 * Returns a function that wraps operations: one fails once the fuse has burnt down.
 * @param fuse the number of operations that still succeed
 */
export function failing(fuse: { left: number }) {
  /** @param some does a part of the operation before it fails */
  return <Args extends unknown[], Result>(operation: (...args: Args) => Result, some?: (...args: Args) => void) =>
    (...args: Args): Result => {
      if (fuse.left-- > 0) return operation(...args);
      some?.(...args);
      throw DEATH;
    };
}
