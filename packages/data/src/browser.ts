/** What of this package runs in a browser: drawn digits one by one, and the cutting of a dataset in two. */
export { type Split, stratifiedSplit } from "./dataset/split.ts";
export { DIGIT_PIXELS, DIGIT_SIDE, drawDigit } from "./digits/draw-digit.ts";
export { GLYPHS, type Glyph, type Stroke } from "./digits/glyphs.ts";
export { pixelBytes } from "./images/image-dataset.ts";
