/** Collects the spans of all threads and passes them to the caller during the run. */
import { LANE_BYTES, type LanePlace, LaneReader, monotonic, type Span, ThreadLane } from "./lane.ts";

export interface SpanOptions {
  /**
   * Called on the calling thread, at most every 100 ms and at the end, with the spans since the last call. Each
   * thread's spans are in order of time; each begins where the one before ends. A thread has no spans before it has
   * started, nor while a lost one is being replaced. Recording changes no bit.
   *
   * `dropped` is the number of spans that are missing because the memory for them was full.
   *
   * If the function throws, training ends with that error.
   */
  readonly onSpans?: (spans: readonly Span[], dropped: number) => void;
}

const INTERVAL_MILLISECONDS = 100;
/** How many spans may be pending until the next call. */
const MOST_PENDING = 65_536;

interface RunToRecord extends Required<SpanOptions> {
  readonly threads: number;
  /** The number of the first step. */
  readonly step: number;
  /** The time at which the run began: see {@link RunSpans.zeroOf}. */
  readonly zero: number;
}

export class RunSpans {
  readonly place: LanePlace;
  /** Main's lane. */
  readonly lane: ThreadLane;
  readonly #onSpans: NonNullable<SpanOptions["onSpans"]>;
  readonly #readers: readonly LaneReader[];
  #pending: Span[] = [];
  #dropped = 0;
  #told: number;
  #isOver = false;
  readonly #take = (span: Span): void => {
    if (this.#pending.length < MOST_PENDING) this.#pending.push(span);
    else this.#dropped++;
  };

  constructor({ threads, step, zero, onSpans }: RunToRecord) {
    this.place = { buffer: new SharedArrayBuffer(threads * LANE_BYTES), zero };
    this.#onSpans = onSpans;
    this.#readers = Array.from({ length: threads }, (_, thread) => new LaneReader(this.place, thread));
    this.lane = new ThreadLane(this.place, 0);
    this.lane.openAt(0, "report", step);
    this.#told = this.lane.now();
  }

  /** The present time on the clock that all threads share; 0 if the caller did not ask for spans. */
  static zeroOf(options: SpanOptions | undefined): number {
    return options?.onSpans === undefined ? 0 : monotonic();
  }

  /** Collects and passes on spans if they are due. Call it often. */
  tick(): void {
    const isTime = this.lane.now() - this.#told >= INTERVAL_MILLISECONDS;
    if (isTime || this.#readers[0].isHalfFull) this.#collect();
    if (isTime) this.#tell();
  }

  /** Takes the last spans of a thread that is gone. */
  close(thread: number): void {
    this.#readers[thread].close(this.lane.now(), this.#take);
  }

  /** Passes on all spans that are left. All threads must be gone or have left their loops. Idempotent. */
  finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const now = this.lane.now();
    for (const reader of this.#readers) reader.close(now, this.#take);
    this.#collect();
    this.#tell();
  }

  #collect(): void {
    for (const reader of this.#readers) {
      reader.read(this.#take);
      this.#dropped += reader.readDropped();
    }
  }

  #tell(): void {
    this.#told = this.lane.now();
    if (this.#pending.length === 0 && this.#dropped === 0) return;
    const [spans, dropped] = [this.#pending, this.#dropped];
    this.#pending = [];
    this.#dropped = 0;
    this.#onSpans(spans, dropped);
  }
}
