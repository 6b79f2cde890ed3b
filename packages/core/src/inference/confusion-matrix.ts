/** Which classes are taken for which. Counts are kept where there are any: a square of all classes may be gigabytes. */

/** Counts above 0, for another thread. */
export interface ConfusionCounts {
  /** label * classes + predicted, in any order. */
  readonly places: Float64Array;
  readonly counts: Float64Array;
}

/** How many examples of class `label` were taken for class `predicted`. */
export class ConfusionMatrix {
  readonly classes: number;
  readonly #counts = new Map<number, number>();

  /** @param classes labels and predictions are from 0 to classes - 1 */
  constructor(classes: number) {
    this.classes = classes;
  }

  add(label: number, predicted: number, count = 1): void {
    this.#add(label * this.classes + predicted, count);
  }

  /** Adds counts of a matrix of as many classes. */
  addCounts({ places, counts }: ConfusionCounts): void {
    for (const [i, place] of places.entries()) this.#add(place, counts[i]);
  }

  /** 0 where there are none. */
  count(label: number, predicted: number): number {
    return this.#counts.get(label * this.classes + predicted) ?? 0;
  }

  /** All counts above 0, row after row, a row for each label. */
  *cells(): Generator<{ readonly label: number; readonly predicted: number; readonly count: number }> {
    for (const place of Float64Array.from(this.#counts.keys()).sort()) {
      const predicted = place % this.classes;
      const label = (place - predicted) / this.classes;
      yield { label, predicted, count: this.#counts.get(place)! };
    }
  }

  /** [classes][classes], a row for each label: only for as many classes as a person can look at. */
  rows(): number[][] {
    const { classes } = this;
    return Array.from({ length: classes }, (_, label) =>
      Array.from({ length: classes }, (_, predicted) => this.count(label, predicted)),
    );
  }

  /** The counts between classes [first, first + classes), as a matrix of their own. */
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
