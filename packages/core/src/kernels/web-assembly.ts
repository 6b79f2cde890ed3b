/**
 * The types of WebAssembly that core uses. They belong to the web platform, so the types of the language do not include
 * them.
 */

export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** @param pages of 64 KiB each */
  grow(pages: number): number;
}

export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

interface WebAssemblyApi {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, unknown> };
}

/** Undefined where the engine has no WebAssembly or it is disabled, for example by `node --jitless`. */
export const WebAssembly = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly;

export const PAGE_BYTES = 65536;
/** 4 GiB: the limit of 32-bit addresses. */
export const MOST_PAGES = 65536;
