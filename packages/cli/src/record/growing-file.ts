/** A file that grows by whole pieces while a run goes on; the run waits for none of its writes. */
import type { FileHandle } from "node:fs/promises";

/** Epochs may be shorter than a write takes. */
const EVERY_MILLISECONDS = 500;

export interface GrowingFileOptions {
  /** Opens it, when there is something to write. */
  readonly open: () => Promise<FileHandle>;
  /** Bytes that are in it already. */
  readonly end: number;
  /** Told once when pieces cannot be written, and once more where that happens again after one that could. */
  readonly onFailure: (error: Error) => void;
}

/** Several pieces go in one write. Where they cannot be written, later writes make up for it. */
export class GrowingFile {
  readonly #options: GrowingFileOptions;
  #unwritten: Uint8Array[] = [];
  #file: FileHandle | undefined;
  #end: number;
  #writing: Promise<void> = Promise.resolve();
  #since = performance.now();
  #failed = false;

  constructor(options: GrowingFileOptions) {
    this.#options = options;
    this.#end = options.end;
  }

  /** Adds a piece, to be written with the next write. */
  add(piece: Uint8Array): void {
    this.#unwritten.push(piece);
  }

  /** Begins to write, now and then. */
  flushNowAndThen(): void {
    const now = performance.now();
    if (now - this.#since < EVERY_MILLISECONDS) return;
    this.#since = now;
    void this.flush();
  }

  /** Settles once all that was added is written, or could not be. Never rejects. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#file?.close().catch(() => {});
    this.#file = undefined;
  }

  async #write(): Promise<void> {
    const count = this.#unwritten.length;
    if (count === 0) return;
    const bytes = Buffer.concat(this.#unwritten);
    try {
      this.#file ??= await this.#options.open();
      for (let at = 0; at < bytes.length; ) {
        at += (await this.#file.write(bytes, at, bytes.length - at, this.#end + at)).bytesWritten;
      }
      this.#end += bytes.length;
      this.#unwritten = this.#unwritten.slice(count);
      this.#failed = false;
    } catch (error) {
      // A full disk may have taken a part of a piece.
      await this.#file?.truncate(this.#end).catch(() => {});
      if (!this.#failed) this.#options.onFailure(error as Error);
      this.#failed = true;
    }
  }
}
