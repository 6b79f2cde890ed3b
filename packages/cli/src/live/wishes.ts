/** Queues what the user asks of an idle run, on the page or with Ctrl-C. */

export type Wish = "go-on" | "end";

export class Wishes {
  #onWish: ((wish: Wish) => void) | undefined;
  /** A wish made before anyone waits for it. */
  #wanted: Wish | undefined;

  /** Waits for the next wish. */
  next(): Promise<Wish> {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted !== undefined) return Promise.resolve(wanted);
    return new Promise((resolve) => {
      this.#onWish = resolve;
    });
  }

  want(wish: Wish): void {
    if (this.#onWish === undefined) this.#wanted = wish;
    this.#onWish?.(wish);
    this.#onWish = undefined;
  }
}
