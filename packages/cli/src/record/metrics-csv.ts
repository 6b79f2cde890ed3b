/** metrics.csv: the figures of each epoch, one line per epoch, exact to the bit. */
import type { EpochReport, ValidationFigures } from "@scratch-nn/core";

export const METRICS_CSV = "metrics.csv";

/** Hex digits of the weights' SHA-256 in a line. */
export const WEIGHTS_DIGITS = 16;

/** An epoch's figures, and the hash of the weights at its end. */
export interface EpochRow extends EpochReport {
  /**
   * The first digits of the SHA-256 over W1, b1, W2, b2, ... as little-endian f32. Undefined where a power cut lost the
   * line: the checkpoint keeps the figures only.
   */
  readonly weights?: string | undefined;
}

export const METRICS_HEAD = "epoch,loss,accuracy,validation_loss,validation_accuracy,weights\n";

/** A line with its line break. Numbers read back as the same f64; a missing value is an empty cell. */
export function metricsLine({ epoch, loss, accuracy, validation, weights }: EpochRow): string {
  return `${epoch},${loss},${accuracy ?? ""},${validation?.loss ?? ""},${validation?.accuracy ?? ""},${weights ?? ""}\n`;
}

export interface ReadMetrics {
  /** The rows before the first invalid line. */
  readonly rows: readonly EpochRow[];
  /** The number of the first invalid line, from 1; undefined where all are valid. */
  readonly wrongLine: number | undefined;
  /** Whether the file ends within a line, because its writer was killed. */
  readonly isCut: boolean;
}

const LINE = /^(\d+),([^,]*),([^,]*),([^,]*),([^,]*),([0-9a-f]{16})?$/;

/** Parses a file with untrusted content. */
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

/** @returns undefined for an empty cell, null for a text that this program does not write */
function numberOf(cell: string): number | null | undefined {
  if (cell === "") return undefined;
  const number = Number(cell);
  return Number.isFinite(number) && String(number) === cell ? number : null;
}

/** Whether two reports are equal to the bit. */
export function sameFigures(one: EpochReport, other: EpochReport): boolean {
  const textOf = (report: EpochReport): string => metricsLine({ ...report, weights: undefined });
  return textOf(one) === textOf(other);
}

/**
 * The rows of a resumed run, with no epoch twice and none missing.
 * @param reports the completed epochs from the checkpoint
 * @param kept the rows in the file; those beyond the checkpoint are computed again
 */
export function rowsToGoOn(reports: readonly EpochReport[], kept: readonly EpochRow[]): EpochRow[] {
  return reports.map((report, e) => {
    const row = kept.at(e);
    return row !== undefined && sameFigures(row, report) ? row : report;
  });
}
