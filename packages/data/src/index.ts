export { bytesOf, type CellBlock, cellAt, wordCode, wordCodes } from "./csv/cell-block.ts";
export { type CsvFault, tableFault } from "./csv/fault.ts";
export { type OpenTable, openTable } from "./csv/open-table.ts";
export { type ParsedBlock, parseBlock } from "./csv/parse-text.ts";
export { type CsvFiles, type CsvOptions, readCsv } from "./csv/read-csv.ts";
export {
  type Dataset,
  type DatasetSize,
  type InputScaling,
  type ReadProgress,
  testExamples,
  trainingExamples,
} from "./dataset.ts";
export { parseBlocks, readTable, type Table } from "./csv/read-table.ts";
export type { BlockNotes } from "./csv/row-store.ts";
export type { Delimiter, TableLayout, TableOptions } from "./csv/table-layout.ts";
export type { TextBlock } from "./csv/text-block.ts";
export { type Dataset, type DatasetSize, type ReadProgress, testExamples, trainingExamples } from "./dataset.ts";
export { type DigitsOptions, drawDigits } from "./digits/draw-digits.ts";
export { cacheFolder, DownloadError, type DownloadOptions, download } from "./download.ts";
export { findIdxFiles, type IdxFiles, type IdxPaths } from "./images/idx-files.ts";
export { type IdxOptions, readIdx } from "./images/read-idx.ts";
export { FASHION_MNIST, MNIST, type RemoteDataset, type RemoteFile } from "./mirrors.ts";
export { isSourceName, type OpenOptions, openDataset } from "./open-dataset.ts";
export { type Split, stratifiedSplit } from "./split.ts";
