/** The run of the command line that is disturbed, and the check that it ended as if undisturbed. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { trainJson } from "../support/train-cli.ts";

const EPOCHS = 200;
export const ARGS: readonly string[] = [
  ...["--examples", "600", "--hidden", "16", "--batch-size", "96", "--epochs", String(EPOCHS)],
  "--quiet",
];
/** A checkpoint after every epoch, so that one is being written at any moment. */
export const KEPT: readonly string[] = ["--checkpoint-every", "1", "--keep-checkpoints", "2"];

let undisturbed: Promise<string> | undefined;

/** @returns what is wrong with a finished run: its weights, or the epochs that it reports; undefined if nothing */
export async function faultOf(out: string, folder: string): Promise<string | undefined> {
  undisturbed ??= trainJson([...ARGS, "--out", "undisturbed"], { cwd: folder }).then((run) => run.weightsSha256);
  const path = join(folder, out, "metrics.json");
  if (!existsSync(path)) return "no metrics";
  const metrics = JSON.parse(readFileSync(path, "utf8"));
  if (metrics.weightsSha256 !== (await undisturbed)) return "other bits";
  const epochs: number[] = metrics.epochReports.map((report: { epoch: number }) => report.epoch);
  const isWhole = epochs.length === EPOCHS && epochs.every((epoch, i) => epoch === i + 1);
  return isWhole ? undefined : `metrics of epochs ${epochs.join(" ")}`;
}
