/** Drawn digits one by one, without threads or files: what a browser takes of this package. */
export { DIGIT_PIXELS, DIGIT_SIDE, drawDigit } from "./draw-digit.ts";
export { GLYPHS, type Glyph, type Stroke } from "./glyphs.ts";
