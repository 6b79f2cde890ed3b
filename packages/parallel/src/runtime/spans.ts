/** The spans of all threads of a run, told to whoever asked for them while it goes on. */
import { LANE_BYTES, type LanePlace, LaneReader, monotonic, type Span, ThreadLane } from "./lane.ts";

export interface SpanOptions {
  /**
   * Called on the calling thread, every 100 ms at most and in the end, with what the threads have done since the last
   * time: each thread's spans in order of time, one beginning where the other ends. A thread has none before it is up, and
   * none while a lost one is replaced. Recording changes no bit.
   *
   * `dropped`: how many spans are missing besides, where there were more than memory is set aside for.
   *
   * If it throws, training ends with that error.
   */
  readonly onSpans?: (spans: readonly Span[], dropped: number) => void;
}

const INTERVAL_MILLISECONDS = 100;
/** Spans that are kept until they are told. */
const MOST_PENDING = 65_536;

interface RunToRecord extends Required<SpanOptions> {
  readonly threads: number;
  /** The first that is to be done. */
  readonly step: number;
  /** When the run began: see {@link RunSpans.zeroOf}. */
  readonly zero: number;
}

export class RunSpans {
  readonly place: LanePlace;
  /** Main's. */
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

  /** Now, as threads agree on it; anything where nobody asks for spans. */
  static zeroOf(options: SpanOptions | undefined): number {
    return options?.onSpans === undefined ? 0 : monotonic();
  }

  /** Called often: tells what there is if it is time. */
  tick(): void {
    const isTime = this.lane.now() - this.#told >= INTERVAL_MILLISECONDS;
    if (isTime || this.#readers[0].isHalfFull) this.#collect();
    if (isTime) this.#tell();
  }

  /** When that thread is gone. */
  close(thread: number): void {
    this.#readers[thread].close(this.lane.now(), this.#take);
  }

  /** When all threads are gone, or have left their loops: tells what is left. Does nothing the second time. */
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
