/** metrics.csv: what each epoch came to, a line each, exact to the bit. */
import type { EpochReport, ValidationFigures } from "@scratch-nn/core";

export const METRICS_CSV = "metrics.csv";

/** Digits of the weights' SHA-256 in a line. */
export const WEIGHTS_DIGITS = 16;

/** An epoch's figures, and the weights at its end. */
export interface EpochRow extends EpochReport {
  /**
   * The first digits of the SHA-256 over W1, b1, W2, b2, ... as little-endian f32; undefined where nobody knows any more: a
   * power cut took the line, and the checkpoint has the figures alone.
   */
  readonly weights?: string | undefined;
}

export const METRICS_HEAD = "epoch,loss,accuracy,validation_loss,validation_accuracy,weights\n";

/** With its line break. Numbers are written so that they read back as the same f64; what there is not is empty. */
export function metricsLine({ epoch, loss, accuracy, validation, weights }: EpochRow): string {
  return `${epoch},${loss},${accuracy ?? ""},${validation?.loss ?? ""},${validation?.accuracy ?? ""},${weights ?? ""}\n`;
}

export interface ReadMetrics {
  /** Up to the first line that no run wrote. */
  readonly rows: readonly EpochRow[];
  /** The number of that line, from 1; undefined where all are whole. */
  readonly wrongLine: number | undefined;
  /** Whether the file ends within a line: whoever wrote it was killed. */
  readonly isCut: boolean;
}

const LINE = /^(\d+),([^,]*),([^,]*),([^,]*),([^,]*),([0-9a-f]{16})?$/;

/** Reads what is there; nothing in it is trusted. */
export function readMetrics(text: string): ReadMetrics {
  const end = text.lastIndexOf("\n") + 1;
  const isCut = end < text.length;
  if (!text.startsWith(METRICS_HEAD)) return { rows: [], wrongLine: isCut && end === 0 ? undefined : 1, isCut };
  const rows: EpochRow[] = [];
  for (let at = METRICS_HEAD.length; at < end; ) {
    const next = text.indexOf("\n", at);
    const row = rowOf(text.slice(at, next), rows.length + 1);
    if (row === undefined) return { rows, wrongLine: rows.length + 2, isCut };
    rows.push(row);
    at = next + 1;
  }
  return { rows, wrongLine: undefined, isCut };
}

function rowOf(line: string, epoch: number): EpochRow | undefined {
  const cells = LINE.exec(line);
  if (cells === null || cells[1] !== String(epoch)) return undefined;
  const [loss, accuracy, validationLoss, validationAccuracy] = cells.slice(2, 6).map(numberOf);
  if (loss === undefined || [accuracy, validationLoss, validationAccuracy].includes(null)) return undefined;
  if (loss === null || (validationLoss === undefined && validationAccuracy !== undefined)) return undefined;
  const validation = validationLoss == null ? undefined : figures(validationLoss, validationAccuracy);
  const weights = cells[6];
  return {
    epoch,
    ...figures(loss, accuracy),
    ...(validation === undefined ? {} : { validation }),
    ...(weights === undefined ? {} : { weights }),
  };
}

function figures(loss: number, accuracy: number | null | undefined): ValidationFigures {
  return accuracy == null ? { loss } : { loss, accuracy };
}

/** @returns undefined for none, null for what this program does not write */
function numberOf(cell: string): number | null | undefined {
  if (cell === "") return undefined;
  const number = Number(cell);
  return Number.isFinite(number) && String(number) === cell ? number : null;
}

/** Whether two reports say the same, to the bit. */
export function sameFigures(one: EpochReport, other: EpochReport): boolean {
  const textOf = (report: EpochReport): string => metricsLine({ ...report, weights: undefined });
  return textOf(one) === textOf(other);
}

/**
 * The lines of a run that goes on: no epoch twice, and none missing.
 * @param reports of the epochs that are done, as the checkpoint has them
 * @param kept lines that are there: those beyond were written after the checkpoint, and are computed again
 */
export function rowsToGoOn(reports: readonly EpochReport[], kept: readonly EpochRow[]): EpochRow[] {
  return reports.map((report, e) => {
    const row = kept.at(e);
    return row !== undefined && sameFigures(row, report) ? row : report;
  });
}
