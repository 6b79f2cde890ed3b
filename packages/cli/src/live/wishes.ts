/** What the user wants next of a run that does not train: wished for on the page, or with Ctrl-C. */

export type Wish = "go-on" | "end";

export class Wishes {
  #onWish: ((wish: Wish) => void) | undefined;
  /** What was wished for before anybody asked. */
  #wanted: Wish | undefined;

  /** Waits for the next one. */
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
