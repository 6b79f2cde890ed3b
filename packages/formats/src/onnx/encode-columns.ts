/** Encodes raw columns as the network's inputs, A0. */
import type { ColumnEncoder, Preprocessing } from "@scratch-nn/core";
import { inputsOf } from "@scratch-nn/core/engine";
import { encodeBins, encodeFlags, encodeNumbers, encodePixels } from "./encode-numbers.ts";
import { encodeCategory, encodeYesNo } from "./encode-words.ts";
import type { Graph } from "./graph.ts";
import { type Inputs, numbersOf } from "./inputs.ts";

/** Neighbouring encoders that the graph computes together. */
type Run = ColumnEncoder[];

/** @returns A0, [N, n[0]] */
export function encodeColumns(graph: Graph, { columns, encoders }: Preprocessing, inputs: Inputs): string {
  const runs = runsOf(encoders);
  const isRaw = encoders.length === 1;
  const parts = runs.map((run) => encodeRun(graph, run, inputs, { name: nameOf(run, columns), isRaw }));
  return parts.length === 1 ? graph.renamed(parts[0], "A0") : graph.beside(parts, "A0");
}

function runsOf(encoders: readonly ColumnEncoder[]): Run[] {
  const runs: Run[] = [];
  let before: string | undefined;
  for (const encoder of encoders) {
    if (inputsOf(encoder) === 0) continue;
    const kind = runKind(encoder);
    if (kind !== undefined && kind === before) runs.at(-1)!.push(encoder);
    else runs.push([encoder]);
    before = kind;
  }
  return runs;
}

/** The common key of encoders that are computed together; undefined for an encoder that is computed alone. */
function runKind(encoder: ColumnEncoder): string | undefined {
  switch (encoder.kind) {
    case "number":
    case "date":
      return `numbers ${encoder.clips} ${encoder.marksMissing}`;
    case "bins":
      return "bins";
    case "binary":
      return numbersOf(encoder.levels) && `flags ${encoder.marksMissing}`;
    case "pixels":
    case "category":
      return undefined;
  }
}

function nameOf([first, ...others]: Run, columns: readonly string[]): string {
  if (others.length === 0) return `${columns[first.column]}.${first.kind === "bins" ? "bins" : "inputs"}`;
  return { bins: "bins", binary: "flags" }[first.kind as string] ?? "numbers";
}

function encodeRun(
  graph: Graph,
  run: Run,
  inputs: Inputs,
  { name, isRaw }: { readonly name: string; readonly isRaw: boolean },
): string {
  const [first] = run;
  switch (first.kind) {
    case "number":
    case "date":
      return encodeNumbers(graph, run as (typeof first)[], inputs, name);
    case "bins":
      return encodeBins(graph, run as (typeof first)[], inputs, name);
    case "binary": {
      if (numbersOf(first.levels) === undefined) return encodeYesNo(graph, first, inputs.get(first.column)!, name);
      const flags = (run as (typeof first)[]).map((flag) => ({ ...flag, numbers: numbersOf(flag.levels)! }));
      return encodeFlags(graph, flags, inputs, name);
    }
    case "category":
      return encodeCategory(graph, first, inputs.get(first.column)!, name);
    case "pixels":
      return encodePixels(graph, first, inputs, { name, isRaw });
  }
}
