/** Definitions that the parts of the picture share. */
import type { Step } from "./comparison.ts";
import type { Frame } from "./frames.ts";
import type { Geometry } from "./picture-geometry.ts";

export interface PictureProps {
  readonly step: Step;
  readonly frame: Frame;
  /** The current position of the workers' clock, which moves to the frame's time. */
  readonly clock: number;
  /** The index of the parameter whose sums are shown. */
  readonly parameter: number;
  readonly width: number;
  readonly choose: (parameter: number) => void;
}

export interface PartProps extends PictureProps {
  readonly geometry: Geometry;
}

const PHASES = ["batch", "shards", "tasks", "gradients", "tree", "update", "done"];

export function isFrom(frame: Frame, phase: Frame["phase"]): boolean {
  return PHASES.indexOf(frame.phase) >= PHASES.indexOf(phase);
}

/** The CSS class that colours what belongs to a worker. */
export const colourOf = (worker: number): string => `worker-${worker + 1}`;

export function Heading({
  geometry,
  y,
  text,
  note = "",
}: {
  geometry: Geometry;
  y: number;
  text: string;
  note?: string;
}) {
  return (
    <text class="heading" x={geometry.left === 0 ? 0 : geometry.left} y={y}>
      {text} <tspan class="note">{note}</tspan>
    </text>
  );
}
