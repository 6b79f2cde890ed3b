/** What the module exports: the operations of src/kernels/kernels.ts on addresses in bytes. */
export { activatePanel } from "./activations";
export { add, scale, update, updateScaled } from "./elementwise";
export { gather } from "./gather";
export { affineByLanes } from "./narrow";
export { gatherByLanes } from "./narrow-map";
export { outerProductsByRows } from "./narrow-products";
export { outerProducts, rowSums } from "./products";
export { addRows, descendRows } from "./rows";
export { softmaxCrossEntropy, subtractOneHot } from "./softmax";
export { affine, backpropagate, transpose } from "./wide";
export { affineOfFeatures, outerProductsOfFeatures } from "./wide-features";
export { mapFeatures } from "./wide-map";
