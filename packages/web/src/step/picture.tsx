/** Draws the step: the batch, the lanes of the threads, the tree, the parameters. */

import type { Step } from "./comparison.ts";
import { columnsOf, turnOf, workerName } from "./frames.ts";
import { PARAMETERS } from "./parameters.ts";
import { type Geometry, geometryOf } from "./picture-geometry.ts";

import { colourOf, Heading, isFrom, type PartProps, type PictureProps } from "./picture-parts.tsx";
import { type Turn, turnsAt } from "./timing.ts";
import { Tree } from "./tree-picture.tsx";

/** The largest number of columns that can be distinguished in the picture. */
const FEW_COLUMNS = 130;

export function Picture(props: PictureProps) {
  const { step, frame, width } = props;
  const levels = step.nodes.at(-1)!.level;
  const geometry = geometryOf(step.settings, step.plan.threads, levels, width);
  const all = { ...props, geometry };
  return (
    <svg
      class={`step-picture ${frame.phase}`}
      width={width}
      height={geometry.height}
      role="img"
      aria-label={frame.title}
    >
      <Batch {...all} />
      <Lanes {...all} />
      <Tree {...all} />
      <Parameters {...all} />
    </svg>
  );
}

function Batch({ step, frame, clock, geometry }: PartProps) {
  const { settings, plan, schedule } = step;
  const turns = turnsAt(schedule, clock);
  const { xOf, batch } = geometry;
  const { m, shards } = settings;
  const areCut = isFrom(frame, "shards");
  const note = m <= FEW_COLUMNS || areCut ? "" : "each hairline a column";
  return (
    <g class="batch">
      <Heading geometry={geometry} y={batch.top - 8} text={`X, ${m} columns`} note={note} />
      {!areCut && <rect class="box" x={xOf(0)} y={batch.top} width={xOf(m) - xOf(0)} height={batch.height} rx={4} />}
      {areCut &&
        Array.from({ length: shards }, (_, shard) => {
          const [from, to] = columnsOf(settings, shard);
          const turn = turnOf({ first: shard, end: shard + 1, level: 0, adds: undefined, sum: NONE }, plan, turns);
          const isTaken = isFrom(frame, "gradients") && turn !== undefined && turn.from <= clock;
          const isDone = isTaken && turn.to <= clock;
          const width = Math.max(0, xOf(to) - xOf(from) - 2);
          return (
            <g key={shard} class={turn && colourOf(turn.worker)}>
              <rect
                class={boxOf(isTaken, isDone)}
                x={xOf(from) + 1}
                y={batch.top}
                width={width}
                height={batch.height}
                rx={3}
              />
              {width > 18 && (
                <text
                  class={isDone ? "on-done" : undefined}
                  x={xOf(from) + 1 + width / 2}
                  y={batch.top + batch.height / 2}
                  dy="0.35em"
                  text-anchor="middle"
                >
                  {shard + 1}
                </text>
              )}
            </g>
          );
        })}
      {(m <= FEW_COLUMNS || !areCut) && (
        <path
          class="batch-columns"
          d={Array.from({ length: m - 1 }, (_, c) => `M${xOf(c + 1).toFixed(1)} ${batch.top}v${batch.height}`).join("")}
        />
      )}
    </g>
  );
}

function boxOf(isTaken: boolean, isDone: boolean): string {
  return `box ${isTaken ? "taken" : ""} ${isDone ? "done" : ""}`;
}

const NONE = new Float32Array(0);

function Lanes({ step, frame, clock, geometry }: PartProps) {
  const { plan, schedule } = step;
  const { turns, loss } = schedule;
  const { left, lanes, width } = geometry;
  const end = Math.max(...turns.map(({ to }) => to));
  const x = (time: number): number => left + (time / end) * (width - left - 2);
  const isBegun = isFrom(frame, "gradients");
  return (
    <g class={`lanes ${isFrom(frame, "tasks") ? "" : "ahead"}`}>
      <Heading geometry={geometry} y={lanes.top - 12} text="Threads" note="time goes to the right" />
      {Array.from({ length: plan.threads }, (_, worker) => {
        const y = lanes.top + worker * lanes.pitch + (left === 0 ? 12 : 0);
        return (
          <g key={worker} class={colourOf(worker)}>
            <text
              class="worker"
              x={left === 0 ? 0 : left - 8}
              y={left === 0 ? y - 3 : y + lanes.height / 2}
              dy={left === 0 ? 0 : "0.35em"}
              text-anchor={left === 0 ? "start" : "end"}
            >
              {workerName(worker)}
            </text>
            <rect class="lane" x={left} y={y} width={width - left - 2} height={lanes.height} rx={4} />
            {loss?.turns
              .filter((turn) => turn.worker === worker)
              .map((turn) => (
                <TurnBar key={`lost ${turn.task}`} {...{ step, turn, x, y, lanes, clock, isBegun }} until={loss.at} />
              ))}
            {turns
              .filter((turn) => turn.worker === worker)
              .map((turn) => (
                <TurnBar key={turn.task} {...{ step, turn, x, y, lanes, clock, isBegun }} />
              ))}
            {loss?.worker === worker && isBegun && clock >= loss.at && (
              <text class="lost" x={x(loss.at) + 5} y={y + lanes.height / 2} dy="0.35em">
                ✕ lost
              </text>
            )}
          </g>
        );
      })}
      {frame.phase === "gradients" && (
        <line class="now" x1={x(clock)} x2={x(clock)} y1={lanes.top - 4} y2={lanes.top + plan.threads * lanes.pitch} />
      )}
    </g>
  );
}

interface TurnBarProps {
  readonly step: Step;
  readonly turn: Turn;
  readonly x: (time: number) => number;
  readonly y: number;
  readonly lanes: Geometry["lanes"];
  readonly clock: number;
  readonly isBegun: boolean;
  /** The time of a loss, at which this turn ends and its result is discarded. */
  readonly until?: number;
}

function TurnBar({ step, turn, x, y, lanes, clock, isBegun, until }: TurnBarProps) {
  if (!isBegun || turn.from > clock) return null;
  const { first, end } = step.plan.tasks[turn.task];
  const last = Math.min(turn.to, until ?? turn.to);
  const isDone = turn.to <= Math.min(clock, last);
  const now = Math.min(clock, last);
  const isForNothing = until !== undefined && clock >= until;
  const width = Math.max(1, x(now) - x(turn.from) - 1);
  const isStolen = turn.owner !== turn.worker;
  const name = end - first === 1 ? `${first + 1}` : `${first + 1}–${end}`;
  const text = isStolen ? `${name} stolen` : name;
  const shown = width > 7 * text.length + 4 ? text : width > 7 * name.length + 4 ? name : "";
  return (
    <g class={isForNothing ? "for-nothing" : undefined}>
      <rect
        class={`${boxOf(true, isDone)} ${isStolen ? "stolen" : ""}`}
        x={x(turn.from)}
        y={y}
        width={width}
        height={lanes.height}
        rx={4}
      />
      <text class={isDone ? "on-done" : undefined} x={x(turn.from) + 6} y={y + lanes.height / 2} dy="0.35em">
        {shown}
      </text>
    </g>
  );
}

function Parameters({ step, frame, geometry, parameter, choose }: PartProps) {
  const { slices } = step.plan;
  const { parameters, parameterAt } = geometry;
  const isUpdated = isFrom(frame, "update");
  const sliceOf = (i: number): number => slices.findIndex(({ begin, end }) => begin <= i && i < end);
  return (
    <g class={`parameters ${isFrom(frame, "tree") ? "" : "ahead"}`}>
      <Heading
        geometry={geometry}
        y={parameters.top - 10}
        text="The weights"
        note={`W1, b1, W2, b2 in ${slices.length === 1 ? "one slice" : `${slices.length} slices`}`}
      />
      {PARAMETERS.map(({ part, name }, i) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the list of parameters beside the picture is for the keyboard.
        <g
          key={name}
          class={`parameter ${isUpdated ? colourOf(slices.length === 1 ? 0 : sliceOf(i)) : ""}`}
          onClick={() => choose(i)}
        >
          <title>{name}</title>
          <rect
            class={`parameter-box ${isUpdated ? "updated" : ""} ${i === parameter ? "chosen" : ""}`}
            x={parameterAt(i) + 0.5}
            y={parameters.top}
            width={Math.max(1, parameterAt(i + 1) - parameterAt(i) - 1.5)}
            height={parameters.height}
          />
          {(i === 0 || PARAMETERS[i - 1].part !== part) && (
            <text class="part" x={parameterAt(i) + 1} y={parameters.top + parameters.height + 15}>
              {part}
            </text>
          )}
        </g>
      ))}
      {slices.slice(1).map(({ begin }) => (
        <line
          key={begin}
          class="cut"
          x1={parameterAt(begin) - 0.25}
          x2={parameterAt(begin) - 0.25}
          y1={parameters.top - 5}
          y2={parameters.top + parameters.height + 5}
        />
      ))}
    </g>
  );
}
