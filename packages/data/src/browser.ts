/** The part of this package that runs in a browser: draws digits one by one, splits datasets, selects their parts. */
export { partExamples } from "./dataset/part-examples.ts";
export { type Split, stratifiedSplit } from "./dataset/split.ts";
export { DIGIT_PIXELS, DIGIT_SIDE, drawDigit } from "./digits/draw-digit.ts";
export { GLYPHS, type Glyph, type Stroke } from "./digits/glyphs.ts";
export { pixelBytes } from "./images/image-dataset.ts";
