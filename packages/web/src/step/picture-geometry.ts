/** The layout of a step's picture, in CSS pixels. */
import { columnsOf } from "./frames.ts";
import { LAYERS, type StepSettings } from "./settings.ts";

/** The positions and sizes of the picture's parts. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** The room for names on the left; 0 in a narrow picture. */
  readonly left: number;
  readonly batch: { readonly top: number; readonly height: number };
  /** The lanes of the workers. */
  readonly lanes: { readonly top: number; readonly height: number; readonly pitch: number };
  readonly tree: { readonly top: number; readonly pitch: number; readonly radius: number };
  readonly parameters: { readonly top: number; readonly height: number };
  /** The left edge of a column of the batch. */
  xOf(column: number): number;
  /** The middle of shards [first, end). */
  middleOf(node: { readonly first: number; readonly end: number }): number;
  /** The left edge of parameter i. */
  parameterAt(i: number): number;
}

const PARAMETERS = LAYERS[1] * LAYERS[0] + LAYERS[1] + LAYERS[2] * LAYERS[1] + LAYERS[2];

export function geometryOf(settings: StepSettings, threads: number, levels: number, width: number): Geometry {
  const { m, shards } = settings;
  const left = width < 520 ? 0 : 88;
  const room = width - left - 2;
  const batch = { top: 22, height: 34 };
  const lanes = { top: batch.top + batch.height + 42, height: 24, pitch: width < 520 ? 44 : 32 };
  const treeTop = lanes.top + threads * lanes.pitch + 56;
  const tree = { top: treeTop, pitch: levels > 4 ? 38 : 46, radius: Math.max(3, Math.min(9, (0.36 * room) / shards)) };
  const parameters = { top: tree.top + levels * tree.pitch + 64, height: 30 };
  const xOf = (column: number): number => left + (column / m) * room;
  return {
    width,
    height: parameters.top + parameters.height + 26,
    left,
    batch,
    lanes,
    tree,
    parameters,
    xOf,
    middleOf: ({ first, end }) => (xOf(columnsOf(settings, first)[0]) + xOf(columnsOf(settings, end - 1)[1])) / 2,
    parameterAt: (i) => left + (i / PARAMETERS) * room,
  };
}
