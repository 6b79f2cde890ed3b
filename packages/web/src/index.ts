/** Exports the page's functions that need no document, so that tests run them without a browser. */
export { asMnist, centred, centreOfMass } from "./draw/as-mnist.ts";
export { type Contributions, contributions } from "./draw/contributions.ts";
export { exampleDigit } from "./draw/examples.ts";
export { type DigitSet, type Neighbour, nearest } from "./draw/neighbours.ts";
export { type Drawing, formatDrawing, parseDrawing, type Stroke } from "./draw/stroke.ts";
export { type Classifier, classifierOf } from "./model/classifier.ts";
export {
  descend,
  firstNetwork,
  formatMoves,
  goOn,
  MOST_STEPS,
  type Move,
  networkAfter,
  parseMoves,
  stepsOf,
  upTo,
} from "./notes/course.ts";
export { EQUATIONS, shapeOf, UPDATE_EQUATIONS } from "./notes/equations.ts";
export { likeliest, type Moment, momentOf, SYMBOLS, type SymbolName } from "./notes/moment.ts";
export { digitsProblem, flowersProblem, type Problem } from "./notes/problem.ts";
export { backwardSum, forwardSum } from "./notes/written-sum.ts";
export { bitsOf, figure, fingerprint } from "./shared/figure.ts";
export { type Address, formatAddress, parseAddress } from "./shared/url-state.ts";
export { framesOf } from "./step/frames.ts";
export { numbersOf, planOf, sumInOrder, sumsByWorkers } from "./step/numbers.ts";
export { DEFAULTS, LAYERS, RANGES, type StepSettings } from "./step/settings.ts";
export { orderDone, scheduleOf, turnsOf } from "./step/timing.ts";
export { digitsDataset, type PageDataset, TEST_FRACTION } from "./train/digits-dataset.ts";
export {
  commandLine,
  DEFAULTS as TRAIN_DEFAULTS,
  LIMITS,
  readSettings,
  SETTINGS,
  type TrainSettings,
  writeSettings,
} from "./train/settings.ts";
export { cellsOfQuoted } from "./train/tables/quoted-cells.ts";
export { computeTasks, layOutTeam, type TeamWork, teamTraining } from "./train/team.ts";
