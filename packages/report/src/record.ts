/** What a report is made of: plain data, found by whoever has the run and its data. Names in it may be hostile. */

/** A line of `name   value`. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface EpochFigures {
  /** Mean loss over the epoch's examples. */
  readonly loss: number;
  /** From 0 to 1; absent for quantities. */
  readonly accuracy?: number | undefined;
}

export interface Epoch extends EpochFigures {
  /** From 1. */
  readonly epoch: number;
  readonly validation?: EpochFigures | undefined;
}

/** The part of the data that the figures are of. */
export interface Evaluated {
  readonly part: "test" | "validation" | "training";
  readonly examples: number;
  /** How many the part has: more, where only some were looked at. */
  readonly of: number;
}

/** Predictions of about the same probability. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean probability of what was predicted; NaN where there is nothing. */
  readonly confidence: number;
  /** Share of the predictions that are right; NaN where there is nothing. */
  readonly accuracy: number;
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  /** The expected calibration error: the bins' |accuracy - confidence|, weighted by their counts. From 0 to 1. */
  readonly error: number;
}

/** NaN where there is nothing to divide by. */
export interface ClassFigures {
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Examples of the class. */
  readonly support: number;
}

/** Examples of class `label` that were taken for class `predicted`: numbers of classes. */
export interface ConfusionCell {
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
}

export interface ClassesFindings {
  readonly kind: "classes";
  readonly accuracy: number;
  readonly loss: number;
  readonly macroF1: number;
  /** Of two classes, the second taken for the positive one. */
  readonly rocAuc?: number | undefined;
  readonly classes: readonly ClassFigures[];
  /** Those above 0. */
  readonly confusion: readonly ConfusionCell[];
  readonly reliability: Reliability;
}

export interface LabelFindings extends ClassFigures {
  readonly accuracy: number;
  readonly rocAuc?: number | undefined;
}

export interface LabelsFindings {
  readonly kind: "labels";
  /** Share of the examples with all labels right. */
  readonly accuracy: number;
  readonly loss: number;
  readonly macroF1: number;
  readonly labels: readonly LabelFindings[];
  /** Of all labels together. */
  readonly reliability: Reliability;
}

export interface QuantityFindings {
  readonly name: string;
  readonly rmse: number;
  readonly mae: number;
  /** NaN where all values are the same. */
  readonly r2: number;
  /** Some of the examples, evenly taken. */
  readonly points: readonly { readonly truth: number; readonly predicted: number }[];
  /** Of predicted - true; of all examples. */
  readonly residuals: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

export interface QuantitiesFindings {
  readonly kind: "quantities";
  readonly loss: number;
  readonly quantities: readonly QuantityFindings[];
}

export type TaskFindings = ClassesFindings | LabelsFindings | QuantitiesFindings;

/** Pixels row by row, the colours of one together. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Bytes: black to white, or red, green and blue. Numbers from -1 to 1: one colour below 0, another above. */
  readonly pixels:
    | { readonly kind: "grey" | "colour"; readonly bytes: Uint8Array }
    | { readonly kind: "signed"; readonly values: Float32Array };
}

/** An example that the network is wrong about. */
export interface Mistake {
  /** Its place in the data, from 1. */
  readonly example: number;
  readonly truth: string;
  readonly predicted: string;
  /** How wrong: "99.8 % sure", "off by 12.5". */
  readonly detail: string;
}

/** The worst first. */
export type Mistakes =
  | { readonly kind: "images"; readonly items: readonly (Mistake & { readonly picture: Picture })[] }
  | {
      readonly kind: "rows";
      readonly columns: readonly string[];
      /** How many columns there are besides those shown. */
      readonly moreColumns: number;
      readonly items: readonly (Mistake & { readonly cells: readonly string[] })[];
    };

/** What the first layer's units are sensitive to. */
export interface FirstLayer {
  readonly units: readonly { readonly unit: number; readonly picture: Picture }[];
  /** How many units there are. */
  readonly of: number;
}

/** How much worse the network is without something: its values shuffled among the examples. */
export interface Contribution {
  readonly name: string;
  /** By how much the loss rises: the mean over the repetitions, and their standard deviation. */
  readonly loss: number;
  readonly deviation: number;
  /** By how much the score falls; see {@link Contributions.score}. */
  readonly score: number;
}

export interface Contributions {
  readonly examples: number;
  readonly repeats: number;
  readonly score: "accuracy" | "R2";
  /** How many columns there are: more, where only those with the largest weights were tried. */
  readonly of: number;
  readonly found:
    | { readonly kind: "columns"; readonly columns: readonly Contribution[] }
    /** Patches of an image, row by row: `across` in a row. */
    | { readonly kind: "patches"; readonly across: number; readonly patches: readonly Contribution[] };
}

/** Where the time of a thread went, in milliseconds. */
export interface ThreadTimes {
  readonly name: string;
  readonly convert: number;
  readonly forward: number;
  readonly backward: number;
  readonly reduce: number;
  readonly update: number;
  readonly wait: number;
  readonly other: number;
}

/** What a model makes of its data. */
export interface Findings {
  readonly evaluated: Evaluated;
  readonly task: TaskFindings;
  /** Absent where there is none, or nothing to show it by. */
  readonly mistakes?: Mistakes | undefined;
  readonly firstLayer?: FirstLayer | undefined;
  readonly contributions?: Contributions | undefined;
}

/** All that a report says. */
export interface RunReport {
  /** What the data are called. */
  readonly data: string;
  /** The run's folder. */
  readonly run: string;
  /** What was run, in the order in which it is read. */
  readonly facts: readonly Fact[];
  /** Commands for a shell, with what each does. */
  readonly commands: readonly { readonly what: string; readonly command: string }[];
  /** Absent where many trainings made the model. */
  readonly epochs?: readonly Epoch[] | undefined;
  /** The epoch whose weights were kept, where it is not the last. */
  readonly keptEpoch?: number | undefined;
  readonly findings: Findings;
  readonly threads?: readonly ThreadTimes[] | undefined;
  readonly remarks: readonly string[];
  readonly weightsSha256: string;
  readonly dataSha256?: string | undefined;
}
