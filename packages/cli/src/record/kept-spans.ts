/**
 * Selects the spans that a run's trace shows. A short run shows all; a long one shows whole steps of the main thread
 * from its start and from its end, as many as MOST_SPANS allows at each end.
 */
import type { Span } from "@scratch-nn/parallel";

/** At each end; makes a trace of about 10 MB. */
const MOST_SPANS = 30_000;

/** A stretch of the run's time, in milliseconds. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

export class KeptSpans {
  readonly #most: number;
  readonly #first: Span[] = [];
  /** In the order of arrival, the oldest first. */
  #last: (readonly Span[])[] = [];
  #lastLength = 0;
  /** The end time of the last whole step at the start of the run. */
  #firstEnd = Number.POSITIVE_INFINITY;
  /** Spans that extend beyond the first steps. */
  #reaching: Span[] = [];
  #left = 0;

  constructor(most = MOST_SPANS) {
    this.#most = most;
  }

  add(spans: readonly Span[]): void {
    if (this.#firstEnd === Number.POSITIVE_INFINITY) {
      for (const span of spans) this.#first.push(span);
      if (this.#first.length >= this.#most) this.#firstEnd = lastEndOf(this.#first);
      return;
    }
    this.#last.push(spans);
    this.#lastLength += spans.length;
    while (this.#lastLength - this.#last[0].length >= this.#most) {
      const dropped = this.#last.shift()!;
      this.#lastLength -= dropped.length;
      this.#left += dropped.length;
      this.#reaching.push(...dropped.filter(({ from, to }) => from < this.#firstEnd && to > this.#firstEnd));
    }
  }

  /** The number of spans that are not shown. */
  get left(): number {
    return this.#left;
  }

  /** The spans, each cut at the end of the steps that are shown. */
  shown(): Span[] {
    const last = this.#last.flat();
    if (this.#left === 0) return [...this.#first, ...last];
    const stretches = [
      { from: 0, to: this.#firstEnd },
      { from: firstBeginningIn(last), to: Number.POSITIVE_INFINITY },
    ];
    const all = [...this.#first, ...this.#reaching, ...last];
    return stretches.flatMap((stretch) => all.flatMap((span) => within(span, stretch)));
  }
}

/** The end time of the main thread's last whole step. */
function lastEndOf(spans: readonly Span[]): number {
  const main = spans.filter(({ thread }) => thread === 0);
  const step = main.at(-1)?.step;
  return main.findLast((span) => span.step !== step)?.to ?? main.at(-1)?.to ?? 0;
}

/** The start time of the main thread's first whole step; the spans may begin within a step. */
function firstBeginningIn(spans: readonly Span[]): number {
  const main = spans.filter(({ thread }) => thread === 0);
  return main.find((span) => span.step !== main[0].step)?.from ?? main[0]?.from ?? Number.POSITIVE_INFINITY;
}

function within(span: Span, stretch: Stretch): Span[] {
  const [from, to] = [Math.max(span.from, stretch.from), Math.min(span.to, stretch.to)];
  if (from >= to) return [];
  const { summing } = span;
  return [{ ...span, from, to, ...(summing === undefined ? {} : { summing: Math.min(summing, to - from) }) }];
}
