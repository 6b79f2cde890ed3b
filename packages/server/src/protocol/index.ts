/** The protocol between server and page. It imports nothing and runs on both sides. */
export { type Curves, NO_CURVES, withReports } from "./curves.ts";
export type * from "./events.ts";
export { INITIAL_STATE, type RunState, withEvent } from "./state.ts";
