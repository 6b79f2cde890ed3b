/** The settings of training in the page: their text in the address, and their flags on the command line. */
import { ACTIVATIONS, type Activation, OPTIMIZERS, type OptimizerName } from "@scratch-nn/core";

export interface TrainSettings {
  /** Digits that the page draws, or the user's table. */
  readonly data: "digits" | "table";
  /** The number of drawn digits, including the fifth that is held back. */
  readonly examples: number;
  /** For a table: the name of the label column; "" to detect it. */
  readonly label: string;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly batchSize: number | "full";
  readonly epochs: number;
  readonly seed: number;
  /** Undefined if the batch size determines it. */
  readonly shards: number | undefined;
  /** The number of computing threads, which changes no bit. */
  readonly workers: number;
}

export const DEFAULTS: TrainSettings = {
  data: "digits",
  examples: 6000,
  label: "",
  hidden: [32],
  activation: "relu",
  optimizer: "adam",
  learningRate: 0.002,
  batchSize: 64,
  epochs: 20,
  seed: 1,
  shards: undefined,
  workers: 1,
};

export const LIMITS = {
  examples: { min: 20, max: 60_000 },
  units: { min: 1, max: 1024 },
  layers: 4,
  learningRate: { min: 1e-6, max: 100 },
  batchSize: { min: 1, max: 60_000 },
  epochs: { min: 1, max: 5000 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  shards: { min: 1, max: 256 },
  workers: { min: 1, max: 16 },
} as const;

/** Parses the text of a setting. @returns undefined if it is invalid */
type Parse<Value> = (text: string) => Value | undefined;

type Range = { readonly min: number; readonly max: number };

const number =
  ({ min, max }: Range): Parse<number> =>
  (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    return value >= min && value <= max ? value : undefined;
  };
const whole =
  (range: Range): Parse<number> =>
  (text) => {
    const value = number(range)(text);
    return Number.isInteger(value) ? value : undefined;
  };
const oneOf =
  <Name extends string>(names: readonly Name[]): Parse<Name> =>
  (text) =>
    names.find((name) => name === text);

/** The parsers of the settings, for form fields and the address. */
export const PARSERS: { readonly [Key in keyof TrainSettings]: Parse<TrainSettings[Key]> } = {
  data: oneOf(["digits", "table"]),
  examples: whole(LIMITS.examples),
  label: (text) => text,
  hidden(text) {
    const units = text.split(",").map(whole(LIMITS.units));
    const areAll = units.length <= LIMITS.layers && units.every((count) => count !== undefined);
    return areAll ? (units as number[]) : undefined;
  },
  activation: oneOf(ACTIVATIONS),
  optimizer: oneOf(OPTIMIZERS),
  learningRate: number(LIMITS.learningRate),
  batchSize: (text) => (text === "full" ? "full" : whole(LIMITS.batchSize)(text)),
  epochs: whole(LIMITS.epochs),
  seed: whole(LIMITS.seed),
  shards: whole(LIMITS.shards),
  workers: whole(LIMITS.workers),
};

export const SETTINGS = Object.keys(PARSERS) as readonly (keyof TrainSettings)[];

/** @param get returns a setting's text in the address; an invalid setting falls back to its default */
export function readSettings(get: (key: string) => string | undefined): TrainSettings {
  const entries = SETTINGS.map((key) => {
    const text = get(key);
    return [key, (text === undefined ? undefined : PARSERS[key](text)) ?? DEFAULTS[key]];
  });
  return Object.fromEntries(entries) as TrainSettings;
}

/** The inverse of {@link readSettings}. Defaults are undefined, since the address omits them. */
export function writeSettings(settings: TrainSettings): Record<keyof TrainSettings, string | undefined> {
  const entries = SETTINGS.map((key) => {
    const text = textOf(settings[key]);
    return [key, text === textOf(DEFAULTS[key]) ? undefined : text];
  });
  return Object.fromEntries(entries) as Record<keyof TrainSettings, string | undefined>;
}

/** The text of a setting in its form field. */
export function textOf(value: TrainSettings[keyof TrainSettings]): string {
  return value === undefined ? "" : String(value);
}

/**
 * The command that trains the same weights, bit for bit.
 * @param table the name of the dropped file
 */
export function commandLine(settings: TrainSettings, table: string): string {
  const { data, examples, label, hidden, activation, optimizer, learningRate, batchSize } = settings;
  const { epochs, seed, shards, workers } = settings;
  const flags = [
    ...(data === "digits" ? ["--data digits", `--examples ${examples}`] : [`--data ${quoted(table)}`]),
    ...(data === "table" && label !== "" ? [`--label ${quoted(label)}`] : []),
    `--hidden ${hidden.join(",")}`,
    `--activation ${activation}`,
    `--optimizer ${optimizer}`,
    `--lr ${learningRate}`,
    `--batch-size ${batchSize}`,
    `--epochs ${epochs}`,
    `--seed ${seed}`,
    ...(shards === undefined ? [] : [`--shards ${shards}`]),
    `--workers ${workers}`,
  ];
  return `npx -y pnpm@12 train ${flags.join(" ")}`;
}

/** Quotes a text so that a shell reads it as one word. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
