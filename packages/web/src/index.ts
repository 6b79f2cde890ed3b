/** What can be tested without a browser: functions of the page that touch no document. */
export { asMnist, centred, centreOfMass } from "./draw/as-mnist.ts";
export { type Contributions, contributions } from "./draw/contributions.ts";
export { exampleDigit } from "./draw/examples.ts";
export { type DigitSet, type Neighbour, nearest } from "./draw/neighbours.ts";
export { type Drawing, formatDrawing, parseDrawing, type Stroke } from "./draw/stroke.ts";
export { type Classifier, classifierOf } from "./model/classifier.ts";
export { type Address, formatAddress, parseAddress } from "./shared/url-state.ts";
