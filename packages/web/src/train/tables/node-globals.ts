/**
 * Defines the globals of Node that packages/data expects, in the thread that reads tables; imported before that
 * package.
 */
import { Buffer } from "buffer/";

const globals = globalThis as { Buffer?: unknown; SharedArrayBuffer?: unknown };
globals.Buffer ??= Buffer;
// A page that is not cross-origin isolated trains on one thread, which needs no shared memory.
globals.SharedArrayBuffer ??= ArrayBuffer;
