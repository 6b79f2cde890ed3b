/** The tabs, in their order. Each view is a separate module, which is loaded on demand. */
import type { View } from "../shared/view.ts";

export interface Route {
  /** The name in the address. */
  readonly name: string;
  readonly title: string;
  /** Says in a few words what the view is for. */
  readonly promise: string;
  readonly needsServer: boolean;
  readonly load: () => Promise<View>;
}

export const ROUTES: readonly Route[] = [
  {
    name: "live",
    title: "Live",
    promise: "Watch the run that this page was opened for",
    needsServer: true,
    load: () => import("../live/view.tsx"),
  },
  {
    name: "draw",
    title: "Draw",
    promise: "Draw a digit and see what the network makes of it",
    needsServer: false,
    load: () => import("../draw/view.tsx"),
  },
  {
    name: "notes",
    title: "Notes",
    promise: "The equations, with one example's numbers in them",
    needsServer: false,
    load: () => import("../notes/view.tsx"),
  },
  {
    name: "step",
    title: "Step",
    promise: "How many threads compute one step, and the same bits",
    needsServer: false,
    load: () => import("../step/view.tsx"),
  },
  {
    name: "train",
    title: "Train",
    promise: "Train a network in this page, on digits or your own table",
    needsServer: false,
    load: () => import("../train/view.tsx"),
  },
];
