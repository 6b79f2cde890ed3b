import { InputError } from "@scratch-nn/core";

/**
 * Calls a function that must refuse.
 * @returns the InputError's message
 * @throws any other error, or if it does not refuse
 */
export function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error("it was taken");
}
