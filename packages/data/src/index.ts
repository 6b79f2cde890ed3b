export { TASKS, type TaskName } from "./columns/choose-task.ts";
export { SCALES, type Scale } from "./columns/column-kind.ts";
export type { ColumnWishes } from "./columns/fit-encoders.ts";
export { type LevelCounts, UnknownLevels } from "./columns/unknown-levels.ts";
export { bytesOf, type CellBlock, cellAt, wordCode, wordCodes } from "./csv/cell-block.ts";
export { type CsvFault, tableFault } from "./csv/fault.ts";
export { openTable } from "./csv/open-table.ts";
export type { OpenTable } from "./csv/open-text.ts";
export { type ParsedBlock, parseBlock } from "./csv/parse-text.ts";
export { parseBlocks, readTable, type Table } from "./csv/read-table.ts";
export type { Delimiter, ParseRules, TableLayout, TableOptions } from "./csv/table-layout.ts";
export { type BlockNotes, type NotedCell, TableTally } from "./csv/tally.ts";
export type { TextBlock } from "./csv/text-block.ts";
export type { ColumnKind, ColumnReport } from "./dataset/column-report.ts";
export {
  type Dataset,
  type DatasetSize,
  type ImageShape,
  type ReadProgress,
  testExamples,
  trainingExamples,
  validationExamples,
} from "./dataset/dataset.ts";
export {
  foldGroups,
  type Groups,
  groupsByClass,
  groupsByValue,
  otherColumns,
  stratifiedFolds,
} from "./dataset/folds.ts";
export { binsOf, type Split, type Strata, stratifiedSplit } from "./dataset/split.ts";
export { withValidation } from "./dataset/validation.ts";
export { type DigitsOptions, drawDigits } from "./digits/draw-digits.ts";
export { cacheFolder } from "./download/cache-folder.ts";
export { DownloadError, type DownloadOptions, download } from "./download/download.ts";
export { makeFolder } from "./download/make-folder.ts";
export { FASHION_MNIST, MNIST, type RemoteDataset, type RemoteFile } from "./download/mirrors.ts";
export type { DownloadLimits } from "./download/patience.ts";
export { findImageFolder, type ImageClass, type ImageFolder } from "./images/find-image-folder.ts";
export { findIdxFiles, type IdxFiles, type IdxPaths } from "./images/idx-files.ts";
export { type RawImageOptions, type RawImages, readRawImages } from "./images/raw-images.ts";
export { type IdxOptions, readIdx } from "./images/read-idx.ts";
export { type ImageFolderOptions, readImageFolder } from "./images/read-image-folder.ts";
export { isSourceName, type OpenOptions, openDataset, STANDARD_INPUT } from "./open/open-dataset.ts";
export { readTableDataset, type TableDatasetOptions, type TableFiles } from "./open/table-dataset.ts";
export { type PredictionSource, type PredictSourceOptions, predictSource } from "./predictions/open-source.ts";
export type { BlockPredictions, ModelSource } from "./predictions/predict-block.ts";
export { type PredictTableOptions, predictTable } from "./predictions/predict-table.ts";
