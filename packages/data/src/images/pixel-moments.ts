/** Computes mean and standard deviation of each pixel in one pass. */

/**
 * Welford's recurrences in f64, in the order of the images. They are as exact as two passes, even for a mean that is
 * large compared with the deviation (1e8 +- 2), and read the data only once.
 */
export class PixelMoments {
  /** [inputs] */
  readonly mean: Float64Array;
  /** The sums of squared differences from the mean, [inputs]. */
  readonly #squares: Float64Array;
  /** The number of images so far, counted at pixel 0. */
  #count = 0;

  constructor(inputs: number) {
    this.mean = new Float64Array(inputs);
    this.#squares = new Float64Array(inputs);
  }

  /** Adds a value. The pixels of an image must come in order, from 0. */
  add(pixel: number, value: number): void {
    if (pixel === 0) this.#count++;
    const distance = value - this.mean[pixel];
    this.mean[pixel] += distance / this.#count;
    this.#squares[pixel] += distance * (value - this.mean[pixel]);
  }

  /** The deviations, [inputs]; 1 for a constant pixel, so that it becomes 0. */
  deviation(): Float64Array {
    return this.#squares.map((squares) => Math.sqrt(squares / this.#count) || 1);
  }
}
