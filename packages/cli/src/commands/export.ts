/** `export`: converts a trained network to another program's file format. */
import type { ExportFormat } from "@scratch-nn/formats";
import { Command } from "commander";
import { oneOf } from "../options/flags.ts";

const FORMATS = ["onnx", "npz", "safetensors", "js"] as const satisfies readonly ExportFormat[];

const EXAMPLES = `
Examples:
  $ pnpm export runs/churn --format onnx                         # runs/churn/model.onnx: raw columns in, classes out
  $ pnpm export runs/churn --format js --out site/churn.js       # and site/churn.d.ts, its types
  $ pnpm export model.safetensors --format npz --out weights.npz # the arrays alone, for NumPy
`;

interface ExportFlags {
  readonly format: ExportFormat;
  readonly out?: string;
  readonly force: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

export function exportCommand(): Command {
  return new Command("export")
    .description(
      "write a trained network for other programs: ONNX, NumPy's npz, PyTorch's safetensors, a JavaScript module",
    )
    .argument("<run>", "the folder of a run, or a model.safetensors")
    .requiredOption("--format <name>", `output format: ${FORMATS.join(", ")}`, oneOf("--format", FORMATS))
    .option("--out <file>", "file to write (default: beside the model, with the format's extension)")
    .option("--force", "overwrite an existing file", false)
    .option("--json", "print one JSON object on stdout", false)
    .option("--quiet", "print only errors", false)
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false)
    .action(async (run: string, flags: ExportFlags) => {
      const { exportRun } = await import("../inference/export-run.ts");
      const { OWN_FILES: kept } = await import("../run/run-folder.ts");
      await exportRun(run, { ...flags, kept });
    });
}
