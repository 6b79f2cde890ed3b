/** All entries of exported modules. A module contains those that its model needs: see scripts/build-runtime.ts. */
export { elu, gelu, leakyRelu, mish, selu, sigmoid, silu, tanh } from "@scratch-nn/core/engine";
export { classAnswer, labelsAnswer, quantitiesAnswer, yesNoAnswer } from "./answers.ts";
export { binaryColumn, binsColumn, categoryColumn, dateColumn, numberColumn, pixelColumn } from "./encoders.ts";
export { meanOf, softmax } from "./forward.ts";
export { predictor } from "./predictor.ts";
