/** A file that grows by whole pieces during a run; the run never waits for its writes. */
import type { FileHandle } from "node:fs/promises";

/** Epochs may be shorter than a write takes. */
const EVERY_MILLISECONDS = 500;

export interface GrowingFileOptions {
  /** Opens the file at the first write. */
  readonly open: () => Promise<FileHandle>;
  /** The number of bytes already in the file. */
  readonly end: number;
  /** Called once when writing fails, and again only after a later write has succeeded. */
  readonly onFailure: (error: Error) => void;
}

/** Writes several pieces at a time. Pieces that could not be written are written by a later write. */
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

  /** Adds a piece for the next write. */
  add(piece: Uint8Array): void {
    this.#unwritten.push(piece);
  }

  /** Starts a write unless the last one was recent. */
  flushNowAndThen(): void {
    const now = performance.now();
    if (now - this.#since < EVERY_MILLISECONDS) return;
    this.#since = now;
    void this.flush();
  }

  /** Settles once all added pieces are written, or have failed. Never rejects. */
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
      // A full disk may have written part of a piece.
      await this.#file?.truncate(this.#end).catch(() => {});
      if (!this.#failed) this.#options.onFailure(error as Error);
      this.#failed = true;
    }
  }
}
