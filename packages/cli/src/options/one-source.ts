/** Refuses a second `--data`, of which a parser of flags would silently keep the last. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import type { Command } from "commander";

/** @throws InputError, from the command's parser, at the second source */
export function refuseSecondSource(command: Command): void {
  let first: string | undefined;
  command.on("option:data", (source: string) => {
    if (first !== undefined) {
      throw new InputError({
        where: "--data",
        expected: "one source",
        found: `two: ${excerpt(first)} and ${excerpt(source)}`,
        remedy: "join the files into one, or begin a run for each",
      });
    }
    first = source;
  });
}
