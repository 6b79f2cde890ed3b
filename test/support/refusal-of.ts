import { InputError } from "@scratch-nn/core";

/** What a call refuses. @returns the InputError's message @throws anything else, and where nothing is refused */
export function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error("it was taken");
}
