/** `evaluate`: measures a trained network on labelled data. */
import { availableParallelism } from "node:os";
import { Command } from "commander";
import { describeFigures, figuresAsJson } from "../inference/describe-figures.ts";
import { evaluateSource } from "../inference/evaluate-source.ts";
import { readModelFile } from "../inference/model-file.ts";
import { wholeNumber } from "../options/flags.ts";
import { mirrors } from "../options/mirrors.ts";
import { addTableOptions, type TableFlags, tableOptionsOf } from "../options/table-flags.ts";
import { printableJson } from "../output/printable.ts";
import { remark } from "../output/report.ts";
import { print } from "../output/stdout.ts";
import { Interrupts } from "../run/interrupts.ts";
import { readingThreads } from "../run/reading-threads.ts";

interface EvaluateOptions extends TableFlags {
  readonly data: string;
  readonly label?: string;
  readonly workers: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .description(
      "measure loss, accuracy, precision, recall, F1 and confusion on labelled data, or RMSE, MAE and R2 of a quantity, with the encoders of the model",
    )
    .argument("<run>", "the folder of a run, or a model.safetensors")
    .requiredOption("--data <source>", "a CSV file, - for standard input, or anything else that train takes")
    .option("--label <column>", "the label column, by name or by position from 1 (default: the model's)")
    .option(
      "--workers <n>",
      "number of threads; any number gives the same result",
      wholeNumber("--workers", 0, 1024, "2"),
      availableParallelism(),
    )
    .option("--json", "print one JSON object on stdout", false)
    .option("--quiet", "print only errors on stderr", false);
  return addTableOptions(command)
    .allowExcessArguments(false)
    .action(async (run: string, options: EvaluateOptions) => {
      const interrupts = new Interrupts();
      interrupts.whileReading("stopped before there was a result");
      try {
        await evaluateRows(run, options);
      } finally {
        interrupts.dispose();
      }
    });
}

async function evaluateRows(run: string, options: EvaluateOptions): Promise<void> {
  const file = await readModelFile(run);
  const { figures, remarks, data } = await evaluateSource(file, options.data, {
    ...tableOptionsOf(options),
    threads: readingThreads(options.workers),
    label: { column: options.label },
    mirrors: mirrors(),
  });
  if (!options.quiet) for (const line of remarks) process.stderr.write(`${remark(line)}\n`);
  await print(
    options.json
      ? `${printableJson({ model: file.path, data, ...figuresAsJson(figures, file.model.classes) })}\n`
      : `${describeFigures(figures, file.model.classes)}\n`,
  );
}
