/** Mean and deviation of each pixel, in one pass. */

/**
 * Welford's recurrences in f64, in the order of the images: as exact as two passes, also where the mean is large
 * beside the deviation (1e8 +- 2), and the data are read only once.
 */
export class PixelMoments {
  /** [inputs] */
  readonly mean: Float64Array;
  /** Sum of squared distances from the mean, [inputs]. */
  readonly #squares: Float64Array;
  /** Images so far, counted at pixel 0. */
  #count = 0;

  constructor(inputs: number) {
    this.mean = new Float64Array(inputs);
    this.#squares = new Float64Array(inputs);
  }

  /** Takes a value; the pixels of an image come one after another, from 0. */
  add(pixel: number, value: number): void {
    if (pixel === 0) this.#count++;
    const distance = value - this.mean[pixel];
    this.mean[pixel] += distance / this.#count;
    this.#squares[pixel] += distance * (value - this.mean[pixel]);
  }

  /** Of the values taken, [inputs]; 1 for a pixel that never varies, so that it becomes 0. */
  deviation(): Float64Array {
    return this.#squares.map((squares) => Math.sqrt(squares / this.#count) || 1);
  }
}
