/** The flags of a table's format, the same for every command that reads one. */
import type { Delimiter, TableOptions } from "@scratch-nn/data";
import type { Command } from "commander";
import { delimiter, yesOrNo } from "./flags.ts";

export interface TableFlags {
  readonly delimiter?: Delimiter;
  readonly encoding?: string;
  readonly header?: boolean;
}

export function addTableOptions(command: Command): Command {
  return command
    .option(
      "--delimiter <d>",
      "separator of cells: comma, semicolon, tab, bar or blanks (default: detected)",
      delimiter("--delimiter"),
    )
    .option(
      "--encoding <name>",
      "encoding of the text: utf-8, utf-16le, latin1, windows-1252, ... (default: by its byte order mark, else utf-8)",
    )
    .option("--header <yes|no>", "whether the first row names the columns (default: detected)", yesOrNo("--header"));
}

export function tableOptionsOf({ delimiter, encoding, header }: TableFlags): TableOptions {
  return { delimiter, encoding, header };
}
