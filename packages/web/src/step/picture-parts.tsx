/** What the parts of the picture have in common. */
import type { Step } from "./comparison.ts";
import type { Frame } from "./frames.ts";
import type { Geometry } from "./picture-geometry.ts";

export interface PictureProps {
  readonly step: Step;
  readonly frame: Frame;
  /** Where the clock of the turns is at the moment: on its way to the frame's time. */
  readonly clock: number;
  /** Of the parameter whose sums are shown. */
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

/** What a worker's things look like. */
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
