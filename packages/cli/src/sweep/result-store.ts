/** Stores the finished runs of a sweep on disk, one atomically written file each. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { Field } from "@scratch-nn/core/engine";
import { makeFolder } from "@scratch-nn/data";
import { removeUnfinished, writeDurably } from "../disk/durable.ts";
import { readRegularFile } from "../disk/regular-file.ts";
import { isResult, RESULTS } from "../run/new-folder.ts";
import type { Settings } from "./draws.ts";
import type { RunResult } from "./results.ts";

/** A stored result: a run's outcome and its cost. */
export interface KeptResult extends RunResult {
  readonly seconds: number;
  /** 1 unless its thread was lost. */
  readonly attempts: number;
}

export class ResultStore {
  readonly #folder: string;
  readonly #remedy: string;

  /** @param sweep the sweep's folder */
  constructor(sweep: string) {
    this.#folder = join(sweep, RESULTS);
    this.#remedy = `remove ${RESULTS}/ to have all runs made anew, or start a new sweep`;
  }

  /** @throws the file system's error */
  async save(result: KeptResult): Promise<void> {
    await writeDurably(join(this.#folder, nameOf(result)), `${JSON.stringify(result, null, 2)}\n`);
  }

  /** @throws InputError for a file that this program did not write */
  async load(): Promise<KeptResult[]> {
    makeFolder(this.#folder);
    await removeUnfinished(this.#folder, isResult);
    const names = readdirSync(this.#folder).filter(isResult).sort();
    return await Promise.all(names.map((name) => this.#read(join(this.#folder, name))));
  }

  /** @throws InputError where the result belongs to another sweep, or another version */
  requireSame({ run, settings }: RunResult, expected: Settings | undefined): void {
    if (JSON.stringify(settings) === JSON.stringify(expected)) return;
    throw new InputError({
      where: `--resume: ${this.#folder}`,
      expected: `of run ${run} ${expected === undefined ? "nothing: there are fewer" : JSON.stringify(expected)}`,
      found: JSON.stringify(settings),
      remedy: `go on with the version of scratch-nn that began it; or ${this.#remedy}`,
    });
  }

  async #read(path: string): Promise<KeptResult> {
    const source = { where: `--resume: ${path}`, remedy: `remove it, to have that run made anew; or ${this.#remedy}` };
    let text: string;
    try {
      text = (await readRegularFile(path)).toString("utf8");
    } catch (error) {
      return new Field(source, undefined).fail("a file that can be read", (error as Error).message);
    }
    return decode(new Field(source, text).json());
  }
}

function nameOf({ run, epochs }: RunResult): string {
  return `run-${String(run).padStart(4, "0")}-epochs-${epochs}.json`;
}

function decode(field: Field): KeptResult {
  const settings = field.at("settings");
  const outcome = field.at("outcome");
  const failure = outcome.at("failure");
  const figure = (of: Field): number | null => (of.value === null ? null : of.number());
  return {
    run: field.at("run").whole(1, 99_999),
    settings: Object.fromEntries(settings.names().map((key) => [key, settings.at(key).string()])),
    epochs: field.at("epochs").whole(1, 2 ** 31 - 1),
    outcome:
      failure.value === undefined
        ? {
            validationLoss: figure(outcome.at("validationLoss")),
            validationAccuracy: figure(outcome.at("validationAccuracy")),
            trainLoss: figure(outcome.at("trainLoss")),
            trainAccuracy: figure(outcome.at("trainAccuracy")),
            weightsSha256: outcome.at("weightsSha256").string(),
          }
        : { failure: failure.string() },
    seconds: field.at("seconds").number(),
    attempts: field.at("attempts").whole(1, 99),
  };
}
