import type { PageDataset } from "./digits-dataset.ts";
import type { TableFile } from "./protocol.ts";
import type { TrainSettings } from "./settings.ts";
export function readTable(
  _table: TableFile,
  _settings: TrainSettings,
  _memory: (bytes: number) => ArrayBufferLike,
): PageDataset {
  throw new Error("soon");
}
