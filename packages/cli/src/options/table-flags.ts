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
      "what parts the cells of a row: comma, semicolon, tab, bar or blanks (default: found)",
      delimiter("--delimiter"),
    )
    .option(
      "--encoding <name>",
      "of the text: utf-8, utf-16le, latin1, windows-1252, ... (default: by its mark, else utf-8)",
    )
    .option("--header <yes|no>", "whether the first row names the columns (default: found)", yesOrNo("--header"));
}

export function tableOptionsOf({ delimiter, encoding, header }: TableFlags): TableOptions {
  return { delimiter, encoding, header };
}
