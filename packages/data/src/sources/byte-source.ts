/** Streams the bytes of a file or of standard input in one pass, and decompresses gzip. */
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { unreadable } from "./files.ts";
import { openRaw, type RawStream } from "./raw-stream.ts";

export interface SourceOptions {
  /** Receives the bytes read so far, before decompression, and their total, undefined if not known. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number | undefined }) => void) | undefined;
  /** Aborts reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

export interface ByteSource {
  /** The name of the source in errors. */
  readonly where: string;
  /** Whether the source is gzip, which is decompressed. */
  readonly gunzipped: boolean;
  /** The chunks, none of them empty. Can be iterated once. */
  readonly chunks: AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a source.
 * @param path of the file; `-` is standard input
 * @throws InputError if it cannot be read; during iteration if reading fails, or gzip is truncated or damaged
 */
export async function openSource(path: string, options: SourceOptions = {}): Promise<ByteSource> {
  options.signal?.throwIfAborted();
  const raw = await openRaw(path);
  const bytes = readRaw(raw, options);
  const first: Buffer[] = [];
  // The magic number of gzip has two bytes, which a pipe may deliver one by one.
  for (let size = 0; size < 2; ) {
    const next = await bytes.next();
    if (next.done) break;
    size += next.value.length;
    first.push(next.value);
  }
  const begin = Buffer.concat(first);
  const gunzipped = begin[0] === 0x1f && begin[1] === 0x8b;
  async function* all(): AsyncGenerator<Buffer> {
    if (begin.length > 0) yield begin;
    yield* bytes;
  }
  return {
    where: raw.where,
    gunzipped,
    chunks: gunzipped ? gunzip(raw.where, all()) : all(),
    close: async () => void raw.stream.destroy(),
  };
}

async function* readRaw({ where, stream, size }: RawStream, options: SourceOptions): AsyncGenerator<Buffer> {
  const { signal, onProgress } = options;
  const abort = (): void => void stream.destroy(signal?.reason);
  signal?.addEventListener("abort", abort);
  let done = 0;
  try {
    // The signal may have been aborted while the source was opened.
    signal?.throwIfAborted();
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      done += chunk.length;
      yield chunk;
      onProgress?.({ done, total: size });
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreadable(where, cause);
  } finally {
    signal?.removeEventListener("abort", abort);
    stream.destroy();
  }
}

/** Decompresses gzip, also of several members. */
async function* gunzip(where: string, packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const raw = Readable.from(packed);
  const unpacked = raw.pipe(createGunzip({ chunkSize: 1 << 18 }));
  // `pipe` does not forward errors.
  raw.on("error", (error) => unpacked.destroy(error));
  try {
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (cause) {
    throw unreadable(where, cause);
  } finally {
    raw.destroy();
  }
}
