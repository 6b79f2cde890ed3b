/** The WebAssembly modules: decoded, compiled, instantiated on a memory. */
import { type WasmMemory, type WasmModule, WebAssembly } from "../web-assembly.ts";
import { type Binary, SIMD128, SIMD256 } from "./binary.ts";

type Address = number;

/** What assembly/index.ts exports; addresses and strides are in bytes. */
export interface Operations {
  gather(
    X: Address,
    bytes: boolean,
    inputs: number,
    order: Address,
    columns: number,
    A: Address,
    panel: number,
    map: Address,
  ): void;
  mapFeatures(map: Address, inputs: number, columns: number, quads: Address, some: Address): void;
  gatherByLanes(
    X: Address,
    bytes: boolean,
    inputs: number,
    order: Address,
    columns: number,
    addresses: Address,
    copies: Address,
    copyStep: number,
    maps: Address,
    mapBytes: number,
    table: Address,
  ): void;
  scale(W: Address, factor: number, out: Address, bytes: number): void;
  transpose(W: Address, wPanel: number, T: Address, tPanel: number, units: number, inputs: number): void;
  affine(
    W: Address,
    wPanel: number,
    A: Address,
    panel: number,
    b: Address,
    out: Address,
    g: number,
    units: number,
    inputs: number,
    columns: number,
  ): void;
  affineOfFeatures(
    W: Address,
    wPanel: number,
    A: Address,
    panel: number,
    map: Address,
    skips: boolean,
    lists: Address,
    listBytes: number,
    b: Address,
    out: Address,
    g: number,
    units: number,
    inputs: number,
    columns: number,
    zero: Address,
  ): void;
  affineByLanes(
    W: Address,
    units: number,
    addresses: Address,
    inputs: number,
    maps: Address,
    mapBytes: number,
    table: Address,
    skips: boolean,
    b: Address,
    out: Address,
    relu: boolean,
    columns: number,
    sums: Address,
  ): void;
  activatePanel(g: number, panel: Address, columns: number): void;
  softmaxCrossEntropy(
    Z: Address,
    A: Address,
    panel: number,
    labels: Address,
    losses: Address,
    predicted: Address,
    scratch: Address,
    units: number,
    columns: number,
  ): void;
  subtractOneHot(A: Address, dZ: Address, panel: number, labels: Address, units: number, columns: number): void;
  backpropagate(
    T: Address,
    tPanel: number,
    dZ: Address,
    panel: number,
    A: Address,
    zero: Address,
    out: Address,
    g: number,
    units: number,
    inputs: number,
    columns: number,
  ): void;
  outerProducts(
    dZ: Address,
    A: Address,
    panel: number,
    dW: Address,
    wPanel: number,
    units: number,
    inputs: number,
    counts: Address,
    shards: number,
    goesOn: boolean,
    zero: Address,
    scratch: Address,
  ): void;
  outerProductsOfFeatures(
    dZ: Address,
    A: Address,
    panel: number,
    quads: Address,
    written: Address,
    dW: Address,
    bits: Address,
    wPanel: number,
    bitsStep: number,
    units: number,
    inputs: number,
    counts: Address,
    shards: number,
    goesOn: boolean,
    zero: Address,
    scratch: Address,
    claimed: Address,
    db: Address,
  ): void;
  outerProductsByRows(
    dZ: Address,
    addresses: Address,
    inputs: number,
    maps: Address,
    mapBytes: number,
    table: Address,
    turned: Address,
    dW: Address,
    units: number,
    columns: number,
    goesOn: boolean,
    zero: Address,
  ): void;
  rowSums(
    dZ: Address,
    panel: number,
    db: Address,
    units: number,
    counts: Address,
    shards: number,
    goesOn: boolean,
    zero: Address,
    scratch: Address,
  ): void;
  add(into: Address, from: Address, bytes: number): void;
  addRows(into: Address, from: Address, bits: number, wPanel: number, inputs: number, first: number, end: number): void;
  descendRows(
    W: Address,
    sum: Address,
    bits: number,
    wPanel: number,
    units: number,
    inputs: number,
    m: number,
    factor: number,
    alpha: number,
    scaled: Address,
    tail: Address,
  ): void;
  update(W: Address, sum: Address, m: number, factor: number, alpha: number, bytes: number): void;
  updateScaled(
    W: Address,
    sum: Address,
    m: number,
    factor: number,
    alpha: number,
    scaled: Address,
    bytes: number,
  ): void;
}

/** What the flag byte of an imported memory is when it is shared. */
const SHARED_FLAG = 3;

const compiled = new Map<string, WasmModule>();

/** @throws where WebAssembly or its vectors are missing */
export function instantiate(name: "simd128" | "simd256", memory: WasmMemory): Operations {
  if (WebAssembly === undefined) throw new Error("there is no WebAssembly here");
  const shared = typeof SharedArrayBuffer !== "undefined" && memory.buffer instanceof SharedArrayBuffer;
  const key = `${name} ${shared}`;
  const module = compiled.get(key) ?? new WebAssembly.Module(decode(name === "simd256" ? SIMD256 : SIMD128, shared));
  compiled.set(key, module);
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Operations;
}

/** base64 is all that JavaScript's own library of every engine decodes without a fetch. */
function decode({ base64, flagAt }: Binary, shared: boolean): Uint8Array<ArrayBuffer> {
  const { atob } = globalThis as unknown as { atob(text: string): string };
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (shared) bytes[flagAt] = SHARED_FLAG;
  return bytes;
}
