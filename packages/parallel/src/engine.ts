/** What this package's tests, and the command line, need besides the public API. It may change with any version. */
export { isWorthThreads } from "./evaluate.ts";
export { LANE_BYTES, LaneReader, monotonic, ThreadLane } from "./runtime/lane.ts";
export { type StepTiming, ThreadsAtWork } from "./sync/threads-at-work.ts";
export { parseAddressesLeft, roomForThreads } from "./threads/room.ts";
export { type Clock, Watchdog } from "./threads/watchdog.ts";
