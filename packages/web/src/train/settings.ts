/** What a training in the page is set to: as it stands in the address, and as the command line has it. */
import { ACTIVATIONS, type Activation, OPTIMIZERS, type OptimizerName } from "@scratch-nn/core";

export interface TrainSettings {
  /** Digits that the page draws, or a table that is dropped on it. */
  readonly data: "digits" | "table";
  /** How many digits are drawn, the held back fifth among them. */
  readonly examples: number;
  /** Of a table: the name of its label's column, "" for the one that is found. */
  readonly label: string;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly batchSize: number | "full";
  readonly epochs: number;
  readonly seed: number;
  /** Undefined where the batch's size decides. */
  readonly shards: number | undefined;
  /** Threads that compute; they change no bit. */
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

/** Reads one setting as text. @returns undefined where it is no such setting */
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

/** How each setting is read from a field or the address. */
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

/** @param get a setting's text, as the address has it; what is none falls back to the default */
export function readSettings(get: (key: string) => string | undefined): TrainSettings {
  const entries = SETTINGS.map((key) => {
    const text = get(key);
    return [key, (text === undefined ? undefined : PARSERS[key](text)) ?? DEFAULTS[key]];
  });
  return Object.fromEntries(entries) as TrainSettings;
}

/** The inverse of {@link readSettings}: undefined for defaults, which no address needs. */
export function writeSettings(settings: TrainSettings): Record<keyof TrainSettings, string | undefined> {
  const entries = SETTINGS.map((key) => {
    const text = textOf(settings[key]);
    return [key, text === textOf(DEFAULTS[key]) ? undefined : text];
  });
  return Object.fromEntries(entries) as Record<keyof TrainSettings, string | undefined>;
}

/** A setting as its field shows it. */
export function textOf(value: TrainSettings[keyof TrainSettings]): string {
  return value === undefined ? "" : String(value);
}

/**
 * The command that gives the same weights, to the bit.
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

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
