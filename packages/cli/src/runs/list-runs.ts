/** `runs`: lists the runs in a folder. */
import { InputError } from "@scratch-nn/core";
import { columns } from "../output/columns.ts";
import { printable, printableJson } from "../output/printable.ts";
import { type Colors, colorsFor } from "../output/report.ts";
import { print } from "../output/stdout.ts";
import { describeFigure } from "./figure.ts";
import { type RunEntry, type RunState, runsIn } from "./run-entry.ts";

const HEAD = ["when", "name", "data", "what", "epochs", "figure", "weights", "state"];
const HASH_DIGITS = 8;
const MOST_CELL = 40;
const MOST_REASON = 120;

/** @throws InputError where the folder does not exist */
export async function listRuns(folder: string, { json }: { readonly json: boolean }): Promise<void> {
  const entries = await runsOf(folder);
  entries.sort((a, b) => (a.when ?? "").localeCompare(b.when ?? "") || a.name.localeCompare(b.name));
  if (json) return await print(`${printableJson(entries.map(asJson))}\n`);
  const colors = colorsFor(process.stdout);
  if (entries.length === 0) return await print(`no runs in ${printable(folder)}\n`);
  await print(
    `${columns(
      HEAD,
      entries.map((entry) => rowOf(entry, colors)),
      colors,
    ).join("\n")}\n`,
  );
}

/** @throws InputError where the folder does not exist */
export async function runsOf(folder: string): Promise<RunEntry[]> {
  try {
    return await runsIn(folder);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const found =
      code === "ENOENT"
        ? `none: there is no ${folder}`
        : code === "ENOTDIR"
          ? `${folder}, a file`
          : `${folder}: ${message}`;
    throw new InputError(
      {
        where: "runs",
        expected: "a folder with runs in it",
        found,
        remedy: "name the folder: pnpm runs path/to/runs; train saves runs in runs/ of the folder where it was started",
      },
      { cause },
    );
  }
}

function rowOf(entry: RunEntry, colors: Colors): string[] {
  const { when, name, data, what, epochs, figure, weightsSha256 } = entry;
  return [
    when === undefined ? "-" : when.slice(0, 16).replace("T", " "),
    printable(name, MOST_CELL),
    data === undefined ? "-" : printable(data, MOST_CELL),
    what === undefined ? "-" : printable(what, MOST_CELL),
    epochs === undefined ? "-" : `${epochs.done}/${epochs.of}`,
    figure === undefined ? "-" : describeFigure(figure),
    weightsSha256 === undefined ? "-" : printable(weightsSha256.slice(0, HASH_DIGITS)),
    describeState(entry, colors),
  ];
}

const COLORS: Readonly<Record<RunState, "green" | "yellow" | "red" | "dim" | "cyan">> = {
  running: "cyan",
  finished: "green",
  interrupted: "yellow",
  damaged: "red",
  foreign: "dim",
};

/** The last cell of a line, since its length is unlimited. */
function describeState({ state, why, states }: RunEntry, colors: Colors): string {
  const more =
    why !== undefined
      ? ` (${printable(why, MOST_REASON)})`
      : state === "interrupted"
        ? states > 0
          ? " (--resume goes on)"
          : " (nothing to go on from)"
        : "";
  return `${colors[COLORS[state]](state)}${more}`;
}

/** The entry for JSON, without the files' own content. */
export function asJson({ config: _, metrics: __, environment: ___, isSweep, ...entry }: RunEntry) {
  return { ...entry, kind: isSweep ? "sweep" : "run", resumable: entry.state === "interrupted" && entry.states > 0 };
}
