/** The bytes of what a user names, gunzipped where need be, in one pass. */
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { unreadable } from "./files.ts";
import { openRaw, type RawStream } from "./raw-stream.ts";

export interface SourceOptions {
  /** Told bytes read so far, packed if they are packed, and how many there are; undefined where nobody knows. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number | undefined }) => void) | undefined;
  /** Ends reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

export interface ByteSource {
  /** What errors call it. */
  readonly where: string;
  /** Whether the bytes were gunzipped on the way. */
  readonly gunzipped: boolean;
  /** Chunks, none of them empty, once. */
  readonly chunks: AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a source.
 * @param path `-` is standard input
 * @throws InputError when nothing can be read there; from the iteration when reading fails, or gzip is cut or damaged
 */
export async function openSource(path: string, options: SourceOptions = {}): Promise<ByteSource> {
  options.signal?.throwIfAborted();
  const raw = await openRaw(path);
  const bytes = readRaw(raw, options);
  const first: Buffer[] = [];
  // gzip's magic number has two bytes, which a pipe may bring one by one.
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
    // It may have been aborted while the source was opened.
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

/** Unpacks gzip, of several members too. */
async function* gunzip(where: string, packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const raw = Readable.from(packed);
  const unpacked = raw.pipe(createGunzip({ chunkSize: 1 << 18 }));
  // `pipe` does not hand errors on.
  raw.on("error", (error) => unpacked.destroy(error));
  try {
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (cause) {
    throw unreadable(where, cause);
  } finally {
    raw.destroy();
  }
}
