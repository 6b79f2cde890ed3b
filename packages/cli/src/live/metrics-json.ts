/** The values of a run's metrics.json that its page shows. */
import { join } from "node:path";
import type { Confusion, EpochFigures, LiveEvent } from "@scratch-nn/server";
import { readRegularFile } from "../disk/regular-file.ts";

/** The values of metrics.json that the page shows; undefined if missing or of another type. */
export interface Metrics {
  readonly completed?: boolean | undefined;
  readonly examples?: number | undefined;
  readonly testExamples?: number | undefined;
  readonly testAccuracy?: number | undefined;
  readonly testLoss?: number | undefined;
  readonly seconds?: number | undefined;
  readonly weightsSha256?: string | undefined;
  readonly epochReports?: readonly EpochFigures[] | undefined;
  readonly confusion?: readonly (readonly number[])[] | undefined;
  readonly testR2?: number | undefined;
  readonly testRmse?: number | undefined;
  /** Means over folds. */
  readonly meanAccuracy?: number | undefined;
  readonly meanR2?: number | undefined;
  /** Networks whose mean is the model. */
  readonly networks?: number | undefined;
  /** Of a run of many trainings. */
  readonly trials?: { readonly done: number; readonly of: number } | undefined;
}

/** Reads metrics.json of a run folder; empty if there is none, as after a SIGKILL. */
export async function readMetricsJson(run: string): Promise<Metrics> {
  try {
    const found: unknown = JSON.parse((await readRegularFile(join(run, "metrics.json"))).toString("utf8"));
    return typeof found === "object" && found !== null ? shownOf(found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** @param found metrics.json, parsed */
export function shownOf(found: Readonly<Record<string, unknown>>): Metrics {
  const number = (name: string): number | undefined =>
    Number.isFinite(found[name]) ? (found[name] as number) : undefined;
  const { completed, weightsSha256, epochReports, confusion, trials } = found;
  return {
    completed: completed === true,
    examples: number("examples"),
    testExamples: number("testExamples"),
    testAccuracy: number("testAccuracy"),
    testLoss: number("testLoss"),
    seconds: number("seconds"),
    weightsSha256: typeof weightsSha256 === "string" ? weightsSha256 : undefined,
    epochReports: Array.isArray(epochReports) && epochReports.every(isReport) ? epochReports : undefined,
    confusion: isSquare(confusion) ? confusion : undefined,
    testR2: number("testR2"),
    testRmse: number("testRmse"),
    meanAccuracy: number("meanAccuracy"),
    meanR2: number("meanR2"),
    networks: number("networks"),
    trials: isCount(trials) ? { done: trials.done, of: trials.of } : undefined,
  };
}

/** @returns the event of the confusion matrix on the test part; none unless metrics.json has all of it */
export function confusionEvents(
  { confusion: counts, testExamples: examples, testAccuracy: accuracy }: Metrics,
  about: Pick<Confusion, "epoch" | "classes">,
): LiveEvent[] {
  if (counts === undefined || examples === undefined || accuracy === undefined) return [];
  return [{ kind: "confusion", confusion: { ...about, part: "test", examples, accuracy, counts } }];
}

function isReport(value: unknown): value is EpochFigures {
  if (typeof value !== "object" || value === null) return false;
  const { epoch, loss } = value as Partial<EpochFigures>;
  return Number.isSafeInteger(epoch) && Number.isFinite(loss);
}

function isSquare(value: unknown): value is number[][] {
  return (
    Array.isArray(value) &&
    value.every((row) => Array.isArray(row) && row.length === value.length && row.every(Number.isFinite))
  );
}

function isCount(value: unknown): value is { readonly done: number; readonly of: number } {
  if (typeof value !== "object" || value === null) return false;
  const { done, of } = value as { readonly done?: unknown; readonly of?: unknown };
  return Number.isSafeInteger(done) && Number.isSafeInteger(of);
}
