/** Internals for this package's tests, the command line and the benchmarks. They may change with any version. */
export { isWorthThreads } from "./evaluate.ts";
export { LANE_BYTES, LaneReader, monotonic, ThreadLane } from "./runtime/lane.ts";
export {
  controlWords,
  isReleased,
  openSlices,
  openStage,
  openStageOf,
  placeOf,
  prepare,
  release,
  reportColumns,
  sliceDone,
  slicesAreDone,
  slicesAreOpen,
  stageOf,
  startStep,
  stepOf,
  takeSlice,
  takeTask,
  taskDone,
  tasksAreDone,
} from "./sync/control.ts";
export { type StepTiming, ThreadsAtWork } from "./sync/threads-at-work.ts";
export { Waiting } from "./sync/waiting.ts";
export { parseAddressesLeft, roomForThreads } from "./threads/room.ts";
export { type Clock, Watchdog } from "./threads/watchdog.ts";
