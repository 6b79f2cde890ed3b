export { InputError, type InputFault } from "../checks/errors.ts";
export { loadModel } from "./load-model.ts";
export type { Numbers, Predictions, Predictor, Row, Task } from "./predictor.ts";
