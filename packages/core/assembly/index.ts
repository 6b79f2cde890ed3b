/** The exports of the module: the operations of src/kernels/kernels.ts, with addresses in bytes. */
export { activate, activatePanel } from "./activations";
export { dropUnits } from "./dropout";
export { areFinite, descend } from "./elementwise";
export { add, reduce } from "./fold";
export { gather } from "./gather";
export { affineByLanes } from "./narrow";
export { gatherByLanes } from "./narrow-map";
export { outerProductsByLanes } from "./narrow-products";
export { adam, momentum, nesterov, rmsprop } from "./optimisers";
export { outerProducts, rowSums } from "./products";
export { softmaxCrossEntropy, subtractOneHot } from "./softmax";
export { squares, squaresByLanes } from "./squares";
export { transpose } from "./transpose";
export { affine, backpropagate } from "./wide";
export { affineOfFeatures, outerProductsOfFeatures } from "./wide-features";
export { mapFeatures } from "./wide-map";
