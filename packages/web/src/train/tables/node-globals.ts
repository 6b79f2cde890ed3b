/** What packages/data takes for granted in Node, for the thread that reads tables. Imported before it. */
import { Buffer } from "buffer/";

const globals = globalThis as { Buffer?: unknown; SharedArrayBuffer?: unknown };
globals.Buffer ??= Buffer;
// A page that is not isolated has one thread, which needs no memory to share.
globals.SharedArrayBuffer ??= ArrayBuffer;
