/** `predict`: prints a trained network's predictions for the rows of a table on stdout, one line per row. */
import { availableParallelism } from "node:os";
import { InputError, taskOf } from "@scratch-nn/core";
import { predictSource, UnknownLevels } from "@scratch-nn/data";
import { Command } from "commander";
import { PREDICTION_FORMATS, type PredictionFormat, predictionWriter } from "../inference/format-predictions.ts";
import { readModelFile } from "../inference/model-file.ts";
import { oneOf, wholeNumber } from "../options/flags.ts";
import { mirrors } from "../options/mirrors.ts";
import { addTableOptions, type TableFlags, tableOptionsOf } from "../options/table-flags.ts";
import { printableLines } from "../output/printable.ts";
import { describeSkipped, remark } from "../output/report.ts";
import { print } from "../output/stdout.ts";
import { Interrupts } from "../run/interrupts.ts";
import { readingThreads } from "../run/reading-threads.ts";

interface PredictOptions extends TableFlags {
  readonly data: string;
  readonly format: PredictionFormat;
  readonly proba: boolean;
  readonly id?: string;
  readonly workers: number;
  readonly quiet: boolean;
}

export function predictCommand(): Command {
  const command = new Command("predict")
    .description(
      "predict the class, labels or quantities of each row of a table, on stdout, with the encoders and classes of the model",
    )
    .argument("<run>", "the folder of a run, or a model.safetensors")
    .requiredOption(
      "--data <source>",
      "a CSV file with the columns of the training data, in any order, with or without the label; - for standard input",
    )
    .option(
      "--format <name>",
      `format of the lines: ${PREDICTION_FORMATS.join(", ")}`,
      oneOf("--format", PREDICTION_FORMATS),
      "csv",
    )
    .option("--proba", "also write the probability of each class or label", false)
    .option("--id <column>", "write this column of the table first, by name or by position from 1")
    .option(
      "--workers <n>",
      "number of threads; any number gives the same result",
      wholeNumber("--workers", 0, 1024, "2"),
      availableParallelism(),
    )
    .option("--quiet", "print only errors on stderr", false);
  return addTableOptions(command).allowExcessArguments(false).action(predictCommandAction);
}

async function predictCommandAction(run: string, options: PredictOptions): Promise<void> {
  if (options.format === "kaggle" && options.proba) {
    throw new InputError({
      where: "--proba",
      expected: "a format with room for probabilities: csv or jsonl",
      found: "--format kaggle, an id and a class in each line",
      remedy: "leave one of the two out",
    });
  }
  const interrupts = new Interrupts();
  interrupts.whileReading("stopped: what was printed so far is not all");
  try {
    await predictRows(run, options);
  } finally {
    interrupts.dispose();
  }
}

async function predictRows(run: string, options: PredictOptions): Promise<void> {
  const { path, bytes, model } = await readModelFile(run);
  const source = await predictSource(
    options.data,
    { bytes, where: path, model },
    { ...tableOptionsOf(options), threads: readingThreads(options.workers), id: options.id, mirrors: mirrors() },
  );
  try {
    if (!options.quiet) for (const line of source.remarks) process.stderr.write(`${remark(line)}\n`);
    const task = taskOf(model);
    if (options.proba && task.kind === "quantities") throw noProbabilities();
    const writer = predictionWriter(options.format, {
      task,
      id: options.id,
      label: model.label,
      withProbabilities: options.proba,
    });
    let rows = 0;
    let skipped = 0;
    const levels = new UnknownLevels(model.preprocessing);
    for await (const block of source.blocks) {
      await print(shown(`${rows === 0 ? writer.head : ""}${writer.lines(block, rows)}`));
      rows += block.rows;
      skipped += block.skipped;
      levels.add(block.levels);
    }
    if (rows === 0) await print(shown(writer.head));
    // Printed even with --quiet: a user who joins lines with rows must know about skipped rows.
    if (skipped > 0) process.stderr.write(`${remark(describeSkipped(skipped))}\n`);
    if (!options.quiet) for (const line of levels.remarks) process.stderr.write(`${remark(line)}\n`);
  } finally {
    await source.close();
  }
}

function noProbabilities(): InputError {
  return new InputError({
    where: "--proba",
    expected: "a model of classes or labels, which have probabilities",
    found: "one of a quantity",
    remedy: "leave it out",
  });
}

/** Escapes unprintable characters for a terminal only; a pipe gets the text unchanged. */
function shown(lines: string): string {
  return process.stdout.isTTY ? printableLines(lines) : lines;
}
