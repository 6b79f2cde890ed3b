/** Shows one step of the run, a lane per thread: tasks, the update, waiting. */
import type { LaneSpan, StepLanes } from "@scratch-nn/server/protocol";
import { useLayoutEffect, useRef } from "preact/hooks";
import { perCent } from "../shared/bars.tsx";
import { type Rgb, themeColour } from "../shared/colours.ts";
import { themeChanges } from "../shared/theme-signal.ts";

const LANE = 30;
const GAP = 8;
const AXIS = 18;

/** Variables of design.css. */
const COLOURS: Readonly<Record<LaneSpan["kind"], string>> = {
  task: "accent",
  load: "line",
  update: "good",
  wait: "sunken",
  validation: "negative",
  report: "muted",
};

type Legend = readonly (readonly [LaneSpan["kind"], string])[];

const OTHERS: Legend = [
  ["wait", "waiting for the others"],
  ["report", "everything else"],
];
const BY_COLUMNS: Legend = [
  ["task", "shards: partial dW, db"],
  ["load", "loading the next examples"],
  ["update", "sum along the tree, W := W − α dW"],
  ...OTHERS,
];
/** Of a step that is cut by units: each thread updates the weights of its units as soon as it has their dW. */
const BY_UNITS: Legend = [["task", "units of a layer: A, dZ, dW, W := W − α dW"], ...OTHERS];

interface LanesProps {
  readonly lanes: StepLanes;
  /** The worker that was lost in this step. */
  readonly lost: number | undefined;
}

export function Lanes({ lanes, lost }: LanesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = themeChanges.value;
  useLayoutEffect(() => {
    const element = canvas.current!;
    const draw = (): void => paint(element, lanes, lost);
    draw();
    const resized = new ResizeObserver(draw);
    resized.observe(element);
    return () => resized.disconnect();
  }, [lanes, lost, theme]);
  const { threads, busy, epoch, step, isAgain } = lanes;
  return (
    <figure class="lanes">
      <figcaption class="small">
        <span>
          Step {step} of epoch {epoch}
          {isAgain && <strong class="again"> lost a worker, and is computed again</strong>}. Beside the names: how much
          of the time each is at work.
          {isShared(threads) || " So small a step is done earlier by fewer threads than there are: the others wait."}
        </span>
        <span class="legend">
          {(isByUnits(threads) ? BY_UNITS : BY_COLUMNS).map(([kind, meaning]) => (
            <span key={kind} class={`key ${kind}`}>
              {meaning}
            </span>
          ))}
        </span>
      </figcaption>
      <div class="lane-names">
        <ul aria-hidden="true">
          {threads.map((_, thread) => (
            <li key={thread}>
              {thread === 0 ? "main" : `worker ${thread}`}
              <span class="muted small">{busy[thread] === undefined ? "" : ` ${perCent(busy[thread])}`}</span>
            </li>
          ))}
        </ul>
        <canvas
          ref={canvas}
          class={`lane-canvas lanes-${threads.length}`}
          height={threads.length * (LANE + GAP) + AXIS}
          role="img"
          aria-label={describe(lanes)}
        />
      </div>
    </figure>
  );
}

/** Whether all threads have work. */
const isShared = (threads: StepLanes["threads"]): boolean =>
  threads.every((spans) => spans.some(({ kind }) => kind === "task" || kind === "update"));

/** Whether the step is cut by units, whose tasks have no shards. */
const isByUnits = (threads: StepLanes["threads"]): boolean =>
  threads.some((spans) => spans.some(({ kind, first }) => kind === "task" && first === undefined));

/** Describes the picture in words. */
function describe({ threads, epoch, step, busy }: StepLanes): string {
  const [from, to] = extent(threads);
  const each = threads.map((spans, thread) => {
    const tasks = spans.filter(({ kind }) => kind === "task").length;
    const name = thread === 0 ? "main" : `worker ${thread}`;
    return `${name} ${tasks} ${tasks === 1 ? "task" : "tasks"}, at work ${perCent(busy[thread] ?? 0)} of the time`;
  });
  return `Step ${step} of epoch ${epoch}, ${(to - from).toFixed(2)} ms: ${each.join("; ")}`;
}

function extent(threads: StepLanes["threads"]): [number, number] {
  const spans = threads.flat();
  const from = spans.reduce((least, span) => Math.min(least, span.from), Number.POSITIVE_INFINITY);
  const to = spans.reduce((most, span) => Math.max(most, span.to), Number.NEGATIVE_INFINITY);
  return spans.length === 0 ? [0, 1] : [from, Math.max(to, from + 1e-3)];
}

function paint(canvas: HTMLCanvasElement, { threads }: StepLanes, lost: number | undefined): void {
  const scale = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, threads.length * (LANE + GAP) + AXIS];
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d")!;
  context.scale(scale, scale);
  const css = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`;
  const [from, to] = extent(threads);
  const x = (at: number): number => ((at - from) / (to - from)) * width;
  context.font = "12px system-ui, sans-serif";
  context.textBaseline = "middle";
  for (const [thread, spans] of threads.entries()) {
    const top = thread * (LANE + GAP);
    context.fillStyle = css(themeColour("sunken"));
    context.fillRect(0, top, width, LANE);
    for (const span of spans) {
      if (span.kind === "wait") continue;
      const [left, right] = [x(span.from), x(span.to)];
      context.fillStyle = css(themeColour(COLOURS[span.kind]));
      // A span shorter than a pixel stays visible; a gap separates neighbours.
      context.fillRect(left, top + 2, Math.max(right - left - 1, 1), LANE - 4);
      const label = labelOf(span);
      if (context.measureText(label).width + 8 > right - left) continue;
      context.fillStyle = css(themeColour("card"));
      context.fillText(label, left + 4, top + LANE / 2);
    }
  }
  if (lost !== undefined && lost < threads.length) {
    const says = "lost: another takes its place";
    context.fillStyle = css(themeColour("bad"));
    context.fillText(says, width - context.measureText(says).width - 6, lost * (LANE + GAP) + LANE / 2);
  }
  context.fillStyle = css(themeColour("muted"));
  const base = threads.length * (LANE + GAP) + AXIS / 2;
  context.fillText("0", 0, base);
  const end = `${(to - from).toPrecision(3)} ms`;
  context.fillText(end, width - context.measureText(end).width, base);
}

function labelOf({ kind, first, end }: LaneSpan): string {
  if (kind === "report") return "";
  if (kind !== "task") return kind;
  if (first === undefined || end === undefined) return "units";
  return end - first === 1 ? `shard ${first}` : `shards ${first}–${end - 1}`;
}
