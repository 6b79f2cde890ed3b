/** Predicts images with a trained network. Encodes raw values with the model's encoder. */
import { decodeModel, InputError, type KernelChoice, predictModel, rowEncoder, taskOf } from "@scratch-nn/core";
import { type Cell, excerpt, readOutputs } from "@scratch-nn/core/engine";
import { type BlockPredictions, type ModelSource, NO_LABEL } from "./predict-block.ts";

/** Raw images, one after another, before they are encoded. */
export interface ImageRows {
  readonly where: string;
  /** [inputs, count] */
  readonly X: Uint8Array | Float32Array | Float64Array;
  readonly inputs: number;
  readonly count: number;
  /** The class of each image, as text; undefined if not known. */
  readonly labels: readonly string[] | undefined;
  /** The identifier of each image: the path of its file. */
  readonly ids: readonly string[] | undefined;
}

/** Some milliseconds of work, and little memory compared with the images. */
const IMAGES_AT_A_TIME = 4096;

/**
 * Predicts images.
 * @yields predictions for up to 4096 images at a time, in their order
 * @throws InputError if the images do not have the model's inputs, or have labels that are not among its classes
 */
export async function* predictImages(
  images: ImageRows,
  file: ModelSource,
  options: { readonly kernels?: KernelChoice | undefined; readonly needsLabels: boolean },
): AsyncGenerator<BlockPredictions> {
  const model = file.model ?? decodeModel(file.bytes, file.where);
  const { network, preprocessing, classes } = model;
  const task = taskOf(model);
  requireFit(images, preprocessing.columns.length, options.needsLabels);
  const encoder = rowEncoder(preprocessing);
  const numberOf = new Map(classes.map((name, k) => [name, k]));
  for (let first = 0; first < images.count; first += IMAGES_AT_A_TIME) {
    const rows = Math.min(IMAGES_AT_A_TIME, images.count - first);
    const encoded = new Float32Array(encoder.inputs * rows);
    for (let row = 0; row < rows; row++) {
      const from = (first + row) * images.inputs;
      const cells: readonly Cell[] = Array.from(images.X.subarray(from, from + images.inputs));
      encoder.encode(cells, encoded, row * encoder.inputs);
    }
    const result = predictModel(model, encoded, {
      scale: encoder.scale,
      ...(options.kernels && { kernels: options.kernels }),
    });
    const labels = images.labels?.slice(first, first + rows);
    const { indices, probabilities, values } = readOutputs(task, network, result.outputs, result.classes);
    yield {
      rows,
      predicted: indices,
      probabilities,
      values,
      targets: undefined,
      labels: labels && Int32Array.from(labels, (name) => classOf(images.where, name, numberOf)),
      ids: images.ids?.slice(first, first + rows),
      skipped: 0,
    };
  }
}

function requireFit({ where, inputs, labels }: ImageRows, columns: number, needsLabels: boolean): void {
  const fail = (expected: string, found: string, remedy: string): never => {
    throw new InputError({ where, expected, found, remedy });
  };
  if (inputs !== columns) {
    fail(
      `images of ${columns} values, as the model was trained on`,
      `${inputs}`,
      "pass images of the same size and colours",
    );
  }
  if (needsLabels && labels === undefined) {
    fail(
      "images with labels, to compare predictions with",
      "images alone",
      "put them into a folder a class, or use predict",
    );
  }
}

function classOf(where: string, name: string, numberOf: ReadonlyMap<string, number>): number {
  if (name === "") return NO_LABEL;
  const label = numberOf.get(name);
  if (label !== undefined) return label;
  throw new InputError({
    where,
    expected: `classes of the model (${[...numberOf.keys()].slice(0, 10).map(excerpt).join(", ")}${numberOf.size > 10 ? ", ..." : ""})`,
    found: excerpt(name),
    remedy: "pass data of the same classes",
  });
}
