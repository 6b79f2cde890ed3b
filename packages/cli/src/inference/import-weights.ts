/** Builds a model from weights that another program wrote. */
import { stat } from "node:fs/promises";
import { encodeModel, InputError, type Model, taskOf } from "@scratch-nn/core";
import { type ImportSettings, importModel } from "@scratch-nn/formats";
import { NotAFileError, readRegularFile } from "../disk/regular-file.ts";
import { printable, printableJson, readable } from "../output/printable.ts";
import { colorsFor, remark, table, thousands } from "../output/report.ts";
import { print } from "../output/stdout.ts";
import { MAX_BYTES } from "./model-file.ts";
import { requireFree, writeOut } from "./out-file.ts";

export interface ImportOptions {
  readonly out: string;
  readonly force: boolean;
  /** Names of the files that a run's folder reserves. */
  readonly kept: ReadonlySet<string>;
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * @param path the file of the weights
 * @throws InputError when the file holds no weights, a flag contradicts them, or a file is in the way
 */
export async function importWeights(path: string, settings: ImportSettings, options: ImportOptions): Promise<void> {
  const { model, notes } = importModel(await readWeights(path), path, settings);
  requireFree(options.out, { read: path, ...options });
  const bytes = encodeModel(model);
  await writeOut(options.out, bytes);
  if (!options.quiet) for (const note of notes) process.stderr.write(`${remark(note)}\n`);
  if (options.json)
    await print(`${printableJson({ model: options.out, bytes: bytes.length, ...asJson(model), notes })}\n`);
  else if (!options.quiet) {
    const rows = [
      ...describe(model),
      ["saved in", `${printable(options.out)}, ${thousands(bytes.length)} bytes`] as const,
    ];
    await print(`${table(rows, colorsFor(process.stdout))}\n`);
  }
}

async function readWeights(path: string): Promise<Uint8Array> {
  const fail = (found: string, cause: unknown): never => {
    const remedy = "check the path; PyTorch writes such files by safetensors, Keras' weights by numpy.savez";
    const where = path === "" ? "import: an empty path" : path;
    throw new InputError({ where, expected: "a file of weights, safetensors or npz", found, remedy }, { cause });
  };
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) fail(`a file of ${size} bytes`, undefined);
    return await readRegularFile(path);
  } catch (cause) {
    if (cause instanceof NotAFileError) return fail(cause.message, cause);
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    return fail(`nothing that can be read (${code})`, cause);
  }
}

function networksOf({ network, members }: Model) {
  return members?.map((member) => member.network) ?? [network];
}

function asJson(model: Model) {
  const networks = networksOf(model).map(({ layers, activation }) => ({ layers, activation }));
  return { networks, output: model.network.output, task: taskOf(model), label: model.label ?? null };
}

function describe(model: Model): (readonly [string, string])[] {
  const { output } = model.network;
  const task = taskOf(model);
  const names = task.kind === "classes" ? task.classes : task.names;
  const some = names.slice(0, 10).join(", ");
  return [
    ...networksOf(model).map(({ layers, activation }) => ["network", `${layers.join("-")}, ${activation}`] as const),
    ["output", output],
    [task.kind, readable(`${some}${names.length > 10 ? ", ..." : ""}`)],
  ];
}
