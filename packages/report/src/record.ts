/** The input of a report: plain data from a run and its data. Names in it are untrusted. */

/** A line with a name and a value. */
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

/** The part of the data that was evaluated. */
export interface Evaluated {
  readonly part: "test" | "validation" | "training";
  readonly examples: number;
  /** How many examples the part has; more than `examples` if only some were evaluated. */
  readonly of: number;
}

/** Predictions with probabilities in one interval. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean probability of the predictions; NaN if there are none. */
  readonly confidence: number;
  /** Share of correct predictions; NaN if there are none. */
  readonly accuracy: number;
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  /** The expected calibration error: the bins' |accuracy - confidence|, weighted by their counts. From 0 to 1. */
  readonly error: number;
}

/** The figures of one class; NaN where the divisor is 0. */
export interface ClassFigures {
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Examples of the class. */
  readonly support: number;
}

/** The number of examples of class `label` that were predicted as class `predicted`; both are class indices. */
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
  /** For two classes only; the second class is the positive one. */
  readonly rocAuc?: number | undefined;
  readonly classes: readonly ClassFigures[];
  /** Cells with counts above 0. */
  readonly confusion: readonly ConfusionCell[];
  readonly reliability: Reliability;
}

export interface LabelFindings extends ClassFigures {
  readonly accuracy: number;
  readonly rocAuc?: number | undefined;
}

export interface LabelsFindings {
  readonly kind: "labels";
  /** Share of examples with all labels correct. */
  readonly accuracy: number;
  readonly loss: number;
  readonly macroF1: number;
  readonly labels: readonly LabelFindings[];
  /** The reliability of all labels together. */
  readonly reliability: Reliability;
}

export interface QuantityFindings {
  readonly name: string;
  readonly rmse: number;
  readonly mae: number;
  /** NaN if all values are equal. */
  readonly r2: number;
  /** Evenly spaced examples. */
  readonly points: readonly { readonly truth: number; readonly predicted: number }[];
  /** The histogram of predicted - true over all examples. */
  readonly residuals: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

export interface QuantitiesFindings {
  readonly kind: "quantities";
  readonly loss: number;
  readonly quantities: readonly QuantityFindings[];
}

export type TaskFindings = ClassesFindings | LabelsFindings | QuantitiesFindings;

/** An image, row by row, with the colours of a pixel together. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /**
   * Bytes from black to white, or red, green and blue; or numbers from -1 to 1, with one colour below 0 and one above.
   */
  readonly pixels:
    | { readonly kind: "grey" | "colour"; readonly bytes: Uint8Array }
    | { readonly kind: "signed"; readonly values: Float32Array };
}

/** An example with a wrong prediction. */
export interface Mistake {
  /** The example's number in the data, from 1. */
  readonly example: number;
  readonly truth: string;
  readonly predicted: string;
  /** The size of the error: "99.8 % sure", "off by 12.5". */
  readonly detail: string;
}

/** Mistakes, the worst first. */
export type Mistakes =
  | { readonly kind: "images"; readonly items: readonly (Mistake & { readonly picture: Picture })[] }
  | {
      readonly kind: "rows";
      readonly columns: readonly string[];
      /** How many columns are not shown. */
      readonly moreColumns: number;
      readonly items: readonly (Mistake & { readonly cells: readonly string[] })[];
    };

/** Images of the first layer's weights. */
export interface FirstLayer {
  readonly units: readonly { readonly unit: number; readonly picture: Picture }[];
  /** How many units the layer has. */
  readonly of: number;
}

/** The permutation importance of a column or patch: how much worse the network is with its values shuffled. */
export interface Contribution {
  readonly name: string;
  /** The rise of the loss: the mean over the repetitions, and their standard deviation. */
  readonly loss: number;
  readonly deviation: number;
  /** The fall of the score: see {@link Contributions.score}. */
  readonly score: number;
}

export interface Contributions {
  readonly examples: number;
  readonly repeats: number;
  readonly score: "accuracy" | "R2";
  /** How many columns the data have; more than were tried if only those with the largest weights were. */
  readonly of: number;
  readonly found:
    | { readonly kind: "columns"; readonly columns: readonly Contribution[] }
    /** Patches of an image, row by row, `across` in each row. */
    | { readonly kind: "patches"; readonly across: number; readonly patches: readonly Contribution[] };
}

/** Milliseconds that a thread spent on each phase. */
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

/** The evaluation of a model. */
export interface Findings {
  readonly evaluated: Evaluated;
  readonly task: TaskFindings;
  /** Absent if there is no mistake, or no way to show one. */
  readonly mistakes?: Mistakes | undefined;
  readonly firstLayer?: FirstLayer | undefined;
  readonly contributions?: Contributions | undefined;
}

/** The whole content of a report. */
export interface RunReport {
  /** The name of the data. */
  readonly data: string;
  /** The run's folder. */
  readonly run: string;
  /** Facts about the run, in reading order. */
  readonly facts: readonly Fact[];
  /** Shell commands, each with its purpose. */
  readonly commands: readonly { readonly what: string; readonly command: string }[];
  /** Absent if the model comes from many trainings. */
  readonly epochs?: readonly Epoch[] | undefined;
  /** The epoch whose weights were kept, if it is not the last. */
  readonly keptEpoch?: number | undefined;
  readonly findings: Findings;
  readonly threads?: readonly ThreadTimes[] | undefined;
  readonly remarks: readonly string[];
  readonly weightsSha256: string;
  readonly dataSha256?: string | undefined;
}
