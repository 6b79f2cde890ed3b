/** The state of the step view, and the actions of its buttons. */
import { batch, computed, signal } from "@preact/signals";
import type { UrlState } from "../shared/url-state.ts";
import { mostTelling, stepOf } from "./comparison.ts";
import { framesOf } from "./frames.ts";
import { PARAMETERS } from "./parameters.ts";
import { DEFAULTS, RANGES, type StepSettings, UPDATES } from "./settings.ts";

/** Milliseconds for which playback shows a frame, and in which the clock reaches the frame's time. */
const FRAME = 1500;
const MOVING = 700;

export class StepStore {
  readonly settings = signal<StepSettings>(DEFAULTS);
  readonly step = computed(() => stepOf(this.settings.value));
  readonly frames = computed(() => {
    const { settings, plan, schedule, nodes } = this.step.value;
    return framesOf(settings, plan, schedule, nodes);
  });
  readonly at = signal(0);
  readonly frame = computed(() => this.frames.value[Math.min(this.at.value, this.frames.value.length - 1)]);
  /** The current position of the workers' clock, which moves to the frame's time. */
  readonly clock = signal(0);
  readonly isPlaying = signal(false);
  /** The parameter that the user chose; undefined for the default of {@link mostTelling}. */
  readonly #chosen = signal<number | undefined>(undefined);
  readonly parameter = computed(() => this.#chosen.value ?? mostTelling(this.step.value.comparison));
  readonly #url: UrlState;
  #timer: ReturnType<typeof setInterval> | undefined;
  #motion = 0;

  constructor(url: UrlState) {
    this.#url = url;
    this.read();
  }

  /** Reads the whole state from the address. */
  read(): void {
    const url = this.#url;
    const whole = (key: keyof typeof RANGES): number => Math.trunc(url.number(key, DEFAULTS[key], RANGES[key]));
    const chosen = url.number("p", -1, { min: 0, max: PARAMETERS.length - 1 });
    this.pause();
    batch(() => {
      this.settings.value = {
        m: whole("m"),
        shards: whole("shards"),
        workers: whole("workers"),
        timing: whole("timing"),
        loses: url.get("loses") === "1",
        update: UPDATES.find((each) => each === url.get("update")) ?? DEFAULTS.update,
      };
      this.#chosen.value = chosen < 0 ? undefined : Math.trunc(chosen);
      this.at.value = Math.trunc(url.number("at", 0, { min: 0, max: this.frames.value.length - 1 }));
      this.clock.value = this.frame.value.time;
    });
  }

  change(wish: Partial<StepSettings>): void {
    batch(() => {
      const { phase } = this.frame.value;
      this.settings.value = { ...this.settings.value, ...wish };
      // Keeps the phase. The gradients have several frames, of which it takes the last.
      const { frames } = this;
      const first = frames.value.findIndex((frame) => frame.phase === phase);
      const last = frames.value.findLastIndex((frame) => frame.phase === phase);
      this.at.value = Math.max(0, phase === "gradients" ? last : first);
      this.clock.value = this.frame.value.time;
    });
    this.#note();
  }

  choose(parameter: number): void {
    this.#chosen.value = parameter;
    this.#note();
  }

  goTo(at: number): void {
    if (at < 0 || at >= this.frames.value.length) return;
    this.at.value = at;
    this.#move();
    this.#note();
  }

  play(): void {
    if (this.at.value === this.frames.value.length - 1) this.goTo(0);
    this.isPlaying.value = true;
    this.#timer = setInterval(() => {
      this.goTo(this.at.value + 1);
      if (this.at.value === this.frames.value.length - 1) this.pause();
    }, FRAME);
  }

  pause(): void {
    clearInterval(this.#timer);
    if (!this.isPlaying.value) return;
    this.isPlaying.value = false;
    this.#note();
  }

  /** Stops timers and animations. */
  dispose(): void {
    this.pause();
    cancelAnimationFrame(this.#motion);
  }

  /** Moves the clock to the frame's time. It jumps when going back, and for users who ask for reduced motion. */
  #move(): void {
    cancelAnimationFrame(this.#motion);
    const [from, to] = [this.clock.value, this.frame.value.time];
    if (to <= from || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.clock.value = to;
      return;
    }
    const began = performance.now();
    const move = (now: number): void => {
      const part = Math.min(1, Math.max(0, (now - began) / MOVING));
      this.clock.value = part === 1 ? to : from + (to - from) * part;
      if (part < 1) this.#motion = requestAnimationFrame(move);
    };
    this.#motion = requestAnimationFrame(move);
  }

  #note(): void {
    if (this.isPlaying.value) return;
    const { m, shards, workers, timing, update, loses } = this.settings.value;
    const changed = <Value>(value: Value, usual: Value): Value | undefined => (value === usual ? undefined : value);
    this.#url.set({
      m: changed(m, DEFAULTS.m),
      shards: changed(shards, DEFAULTS.shards),
      workers: changed(workers, DEFAULTS.workers),
      timing: changed(timing, DEFAULTS.timing),
      update: changed(update, DEFAULTS.update),
      loses: loses ? 1 : undefined,
      p: this.#chosen.value,
      at: changed(this.at.value, 0),
    });
  }
}
