/**
 * The file format of a checkpoint, which holds all the state that a run needs to resume as if it had never stopped.
 *
 *   32 bytes   "scratch-nn checkpoint, format 2\n"
 *   32 bytes   SHA-256 of these and of all that follows
 *    4 bytes   length of the header, little-endian
 *              the header: JSON
 *              the parameters W1, b1, W2, b2, ... as little-endian f32
 *
 * Format 3: the optimiser is not plain gradient descent. The header gives the number of the optimiser's arrays as
 * "slots". These arrays follow the parameters, in the same encoding.
 *
 * Format 4: the run validates, averages its parameters, sets its own loss or regularisation, or has an output other
 * than softmax. It may have slots as well. Where the run validates or averages, the header gives the number of further
 * parameter arrays behind the slots as "kept": 1 where the run holds a second set of parameters (of its best epoch, or
 * their mean), else 0. Where the output is not a softmax, the header names it as "output".
 *
 * Every later format must begin with its number and this checksum, so that a reader can tell a new format from a
 * damaged file. Format 1 comes from a version whose sums rounded in another order, so its runs cannot be resumed to the
 * same bits.
 */
import { constants } from "node:buffer";
import {
  ACTIVATIONS,
  InputError,
  type Network,
  networkOf,
  OUTPUTS,
  type Output,
  type TrainingPosition,
  type ValidationFigures,
} from "@scratch-nn/core";
import {
  Field,
  type FieldSource,
  OPTIMISERS,
  parameterBytes,
  parameterCount,
  parametersFrom,
} from "@scratch-nn/core/engine";
import { PIECE_BYTES, sha256Of } from "../disk/pieces.ts";
import { readRunConfig } from "../options/config-schema.ts";
import { optimizerOf, slotsOf } from "../options/optimizer-flags.ts";
import { REGULARISATION_NAMES } from "../options/regularisation-flags.ts";
import type { RunConfig } from "../options/run-config.ts";
import { keepsOthers } from "../options/validation-flags.ts";

export interface Checkpoint {
  readonly config: RunConfig;
  /** The hash of the data, see fingerprint.ts. */
  readonly fingerprint: string;
  readonly position: TrainingPosition;
  readonly network: Network;
}

/** The file is no checkpoint, or differs from what was written. */
export class DamageError extends Error {
  override readonly name = "DamageError";
}

/** An intact checkpoint of another program version, from which this version cannot resume. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly format: number;

  constructor(format: number) {
    super(
      `it is of format ${format}, and this version of scratch-nn goes on from formats ${FORMATS.slice(0, -1).join(", ")} and ${FORMATS.at(-1)}`,
    );
    this.format = format;
  }
}

const FORMAT = 2;
const FORMAT_WITH_SLOTS = 3;
const FORMAT_WITH_OTHERS = 4;
const FORMATS: readonly number[] = [FORMAT, FORMAT_WITH_SLOTS, FORMAT_WITH_OTHERS];
const magicOf = (format: number): Buffer => Buffer.from(`scratch-nn checkpoint, format ${format}\n`, "latin1");
const MAGIC_BYTES = magicOf(FORMAT).length;
const ANY_MAGIC = /^scratch-nn checkpoint, format (\d+)\n/;
const HASH_BYTES = 32;
const LENGTH_BYTES = 4;
const HEADER_AT = MAGIC_BYTES + HASH_BYTES + LENGTH_BYTES;

/** @returns the file's parts in order. Joining them into one buffer would hold the parameters in memory twice. */
export function checkpointParts(
  { config, fingerprint, position, network }: Checkpoint,
  pieceBytes = PIECE_BYTES,
): readonly Uint8Array[] {
  const { layers, activation, output } = network;
  // At the end of a run, the network may hold other parameters than those that the training resumes from.
  const { optimizer, kept, parameters = network.parameters, ...figures } = position;
  const slots = optimizer?.slots ?? [];
  const header = {
    config,
    fingerprint,
    position: figures,
    layers,
    activation,
    ...(output === "softmax" ? {} : { output }),
    ...(slots.length === 0 ? {} : { slots: slots.length }),
    ...(selects(config) ? { kept: kept === undefined ? 0 : 1 } : {}),
  };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  const arrays = [parameters, ...slots, ...(kept === undefined ? [] : [kept])];
  const content = [length, json, ...arrays.map((each) => parameterBytes({ parameters: each }))];
  const magic = magicOf(formatOf(config, output));
  return [magic, sha256Of([magic, ...content], pieceBytes), ...content];
}

/** The oldest format that can express the content. An older program version must refuse what it does not know. */
function formatOf(config: RunConfig, output: Output): number {
  if (selects(config) || output !== "softmax" || saysMore(config)) return FORMAT_WITH_OTHERS;
  return slotsOf(config) === 0 ? FORMAT : FORMAT_WITH_SLOTS;
}

/** Flags that an older program version would have ignored silently. */
const LATER_FLAGS = [...REGULARISATION_NAMES, "loss", "huberDelta", "labelSmoothing", "classWeights"] as const;

const saysMore = (config: RunConfig): boolean => LATER_FLAGS.some((name) => config[name] !== undefined);

/** Whether a run may hold a second set of parameters: those of its best epoch, or their mean. */
const selects = ({ validationFraction, averageFrom }: RunConfig): boolean =>
  validationFraction !== undefined || averageFrom !== undefined;

/** The bytes of the file. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  return Buffer.concat(checkpointParts(checkpoint));
}

/**
 * @throws DamageError when the checksum does not match, or the content is not a run's
 * @throws FormatError when another version of this program wrote the file
 */
export function decodeCheckpoint(bytes: Uint8Array, pieceBytes = PIECE_BYTES): Checkpoint {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [magic, format] = ANY_MAGIC.exec(file.toString("latin1", 0, 2 * MAGIC_BYTES)) ?? [];
  if (magic === undefined) throw new DamageError("it does not begin like a checkpoint");
  if (file.length < HEADER_AT) throw new DamageError(`it is cut short: ${file.length} bytes`);
  const head = file.subarray(0, magic.length);
  const hash = file.subarray(head.length, head.length + HASH_BYTES);
  const content = file.subarray(head.length + HASH_BYTES);
  // Format 1 did not hash its first line.
  if (!hash.equals(sha256Of(format === "1" ? [content] : [head, content], pieceBytes))) {
    throw new DamageError("its checksum does not match its content");
  }
  if (!FORMATS.includes(Number(format))) throw new FormatError(Number(format));
  try {
    return contentOf(content, Number(format));
  } catch (error) {
    if (error instanceof InputError) throw new DamageError(error.message, { cause: error });
    throw error;
  }
}

/** @throws InputError naming the field that is not valid for a run */
function contentOf(content: Buffer, format: number): Checkpoint {
  const end = LENGTH_BYTES + content.readUInt32LE(0);
  const source = { where: "its header", remedy: "it was not written by this program" };
  const most = Math.min(content.length - LENGTH_BYTES, constants.MAX_STRING_LENGTH);
  if (end - LENGTH_BYTES > most) new Field(source, end - LENGTH_BYTES).fail("a header that fits into the file");
  const header = new Field(source, content.toString("utf8", LENGTH_BYTES, end)).json();
  const config = readRunConfig(header.at("config"));
  const layers = header.at("layers").map((units) => units.whole(1, 2 ** 24));
  const isConfigs = layers.length === config.hidden.length + 2 && config.hidden.every((n, l) => n === layers[l + 1]);
  if (!isConfigs) header.at("layers").fail(`inputs, the hidden ${config.hidden.join("-")}, and classes`);
  const activation = header.at("activation").oneOf(ACTIVATIONS);
  if (activation !== config.activation) header.at("activation").fail(config.activation);
  if ((content.length - end) % 4 !== 0) new Field(source, content.length - end).fail("parameters of four bytes each");
  const slots = slotsOf(config);
  const others = OUTPUTS.filter((each) => each !== "softmax");
  const output: Output = header.at("output").value === undefined ? "softmax" : header.at("output").oneOf(others);
  const wanted = formatOf(config, output);
  if ((wanted === FORMAT_WITH_OTHERS) !== (format === FORMAT_WITH_OTHERS)) {
    header.at("config").fail(`one of format ${format}`, "another");
  }
  if (wanted !== format) header.at("config").at("optimizer").fail(`one of format ${format}`);
  if (slots > 0) header.at("slots").whole(slots, slots);
  else if (header.at("slots").value !== undefined) header.at("slots").fail("nothing: gradient descent keeps none");
  const position = positionOf(header.at("position"), config, output);
  const keeps = selects(config) && keepsOthers(config, position.reports.length) ? 1 : 0;
  if (selects(config)) header.at("kept").whole(keeps, keeps);
  else if (header.at("kept").value !== undefined) header.at("kept").fail("nothing: such a run keeps none");
  const arrays = 1 + slots + keeps;
  const numbers = (content.length - end) / 4;
  const count = arrays === 1 ? numbers : parameterCount(layers);
  if (numbers !== arrays * count) new Field(source, numbers).fail(`${arrays} times ${count} numbers`);
  const [parameters, ...more] = Array.from({ length: arrays }, (_, k) =>
    parametersFrom(content.subarray(end + 4 * k * count, end + 4 * (k + 1) * count)),
  );
  const network = networkOf(layers, activation, parameters, output);
  requireFinite(source, network.parameters, "parameter");
  const kept = keeps === 0 ? undefined : more.pop();
  const { squares } = OPTIMISERS[optimizerOf(config).name];
  for (const [k, slot] of more.entries()) {
    requireFinite(source, slot, `slot ${k}, number`);
    const negative = k === squares ? slot.findIndex((value) => value < 0) : -1;
    if (negative >= 0)
      new Field(source, slot[negative], `slot ${k}, number ${negative}`).fail("a mean of squares, from 0");
  }
  if (kept !== undefined) requireFinite(source, kept, "kept parameter");
  return {
    config,
    fingerprint: header.at("fingerprint").string(),
    position: {
      ...position,
      ...(slots === 0 ? {} : { optimizer: { settings: optimizerOf(config), slots: more } }),
      ...(kept === undefined ? {} : { kept }),
    },
    network,
  };
}

function requireFinite(source: FieldSource, numbers: Float32Array, name: string): void {
  const bad = numbers.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) new Field(source, numbers[bad], `${name} ${bad}`).fail("a finite number");
}

const MOST_STEPS = Number.MAX_SAFE_INTEGER;

function positionOf(field: Field, { validationFraction }: RunConfig, output: Output): TrainingPosition {
  const epoch = field.at("epoch").whole(1, 2 ** 31);
  const reports = field.at("reports").map((report, i) => ({
    epoch: report.at("epoch").whole(i + 1, i + 1),
    ...figuresOf(report, output),
    ...(validationFraction === undefined ? {} : { validation: figuresOf(report.at("validation"), output) }),
  }));
  if (reports.length !== epoch - 1) field.at("reports").fail(`${epoch - 1} reports`, `${reports.length}`);
  const batch = field.at("batch").whole(0, MOST_STEPS);
  return {
    epoch,
    batch,
    steps: field.at("steps").whole(Math.max(batch, epoch - 1), MOST_STEPS),
    loss: field.at("loss").number(),
    correct: field.at("correct").whole(0, MOST_STEPS),
    reports,
  };
}

function figuresOf(field: Field, output: Output): ValidationFigures {
  const loss = field.at("loss").number();
  return output === "identity" ? { loss } : { loss, accuracy: field.at("accuracy").number() };
}
