/** The confusion matrix. It stores only counts above 0, as a full matrix of many classes may take gigabytes. */

/** The counts above 0, in a form that can be sent to another thread. */
export interface ConfusionCounts {
  /** label * classes + predicted, in any order. */
  readonly places: Float64Array;
  readonly counts: Float64Array;
}

/** Counts how many examples of class `label` were predicted as class `predicted`. */
export class ConfusionMatrix {
  readonly classes: number;
  readonly #counts = new Map<number, number>();

  /** @param classes the number of classes; labels and predictions are from 0 to classes - 1 */
  constructor(classes: number) {
    this.classes = classes;
  }

  add(label: number, predicted: number, count = 1): void {
    this.#add(label * this.classes + predicted, count);
  }

  /** Adds the counts of a matrix with the same number of classes. */
  addCounts({ places, counts }: ConfusionCounts): void {
    for (const [i, place] of places.entries()) this.#add(place, counts[i]);
  }

  /** The count; 0 where there are no such examples. */
  count(label: number, predicted: number): number {
    return this.#counts.get(label * this.classes + predicted) ?? 0;
  }

  /** All counts above 0, row after row, with one row per label. */
  *cells(): Generator<{ readonly label: number; readonly predicted: number; readonly count: number }> {
    for (const place of Float64Array.from(this.#counts.keys()).sort()) {
      const predicted = place % this.classes;
      const label = (place - predicted) / this.classes;
      yield { label, predicted, count: this.#counts.get(place)! };
    }
  }

  /** The full matrix, [classes][classes], with one row per label: only for a small number of classes. */
  rows(): number[][] {
    const { classes } = this;
    return Array.from({ length: classes }, (_, label) =>
      Array.from({ length: classes }, (_, predicted) => this.count(label, predicted)),
    );
  }

  /** The counts between classes [first, first + classes), as a separate matrix. */
  part(first: number, classes: number): ConfusionMatrix {
    const part = new ConfusionMatrix(classes);
    const end = first + classes;
    for (const { label, predicted, count } of this.cells()) {
      const isWithin = label >= first && label < end && predicted >= first && predicted < end;
      if (isWithin) part.add(label - first, predicted - first, count);
    }
    return part;
  }

  toCounts(): ConfusionCounts {
    return { places: Float64Array.from(this.#counts.keys()), counts: Float64Array.from(this.#counts.values()) };
  }

  #add(place: number, count: number): void {
    this.#counts.set(place, (this.#counts.get(place) ?? 0) + count);
  }
}
