/** Decodes, compiles and instantiates the WebAssembly modules. */
import { type WasmMemory, type WasmModule, WebAssembly } from "../web-assembly.ts";
import { type Binary, SIMD128, SIMD256 } from "./binary.ts";

/** An address in the module's memory, in bytes. */
export type Address = number;
/** 0 or 1. */
type Flag = number;

/** The exports of assembly/index.ts. Lengths are in bytes, in whole vectors: multiples of 64. */
export interface Operations {
  gather(
    X: Address,
    bytes: boolean,
    inputs: number,
    scale: number,
    order: Address,
    columns: number,
    A: Address,
    map: Address,
  ): void;
  mapFeatures(map: Address, inputs: number, columns: number, quads: Address): void;
  gatherByLanes(
    X: Address,
    bytes: boolean,
    inputs: number,
    scale: number,
    order: Address,
    columns: number,
    addresses: Address,
    copies: Address,
    maps: Address,
    table: Address,
  ): void;
  transpose(W: Address, T: Address, units: number, inputs: number, first: number, end: number): void;
  affine(
    W: Address,
    A: Address,
    b: Address,
    out: Address,
    g: number,
    units: number,
    inputs: number,
    columns: number,
  ): void;
  affineOfFeatures(
    W: Address,
    A: Address,
    map: Address,
    skips: boolean,
    lists: Address,
    b: Address,
    out: Address,
    g: number,
    units: number,
    inputs: number,
    columns: number,
    scratch: Address,
  ): void;
  affineByLanes(
    W: Address,
    units: number,
    addresses: Address,
    inputs: number,
    maps: Address,
    table: Address,
    skips: boolean,
    b: Address,
    out: Address,
    relu: boolean,
    columns: number,
    scratch: Address,
  ): void;
  activatePanel(g: number, panel: Address, columns: number): void;
  activate(g: number, Z: Address, A: Address, units: number, columns: number): void;
  dropUnits(
    A: Address,
    out: Address,
    examples: Address,
    units: number,
    columns: number,
    key0: number,
    key1: number,
    limit: number,
    factor: number,
    scratch: Address,
  ): void;
  softmaxCrossEntropy(
    Z: Address,
    A: Address,
    labels: Address,
    losses: Address,
    predicted: Address,
    units: number,
    columns: number,
    scratch: Address,
  ): void;
  subtractOneHot(A: Address, dZ: Address, labels: Address, units: number, columns: number): void;
  backpropagate(
    T: Address,
    dZ: Address,
    Z: Address,
    out: Address,
    g: number,
    units: number,
    inputs: number,
    columns: number,
    scratch: Address,
  ): void;
  outerProducts(
    dZ: Address,
    A: Address,
    dW: Address,
    units: number,
    inputs: number,
    counts: Address,
    shards: number,
    goesOn: boolean,
    scratch: Address,
  ): void;
  outerProductsOfFeatures(
    dZ: Address,
    A: Address,
    quads: Address,
    dW: Address,
    units: number,
    inputs: number,
    counts: Address,
    shards: number,
    goesOn: boolean,
    scratch: Address,
  ): void;
  outerProductsByLanes(
    dZ: Address,
    addresses: Address,
    inputs: number,
    maps: Address,
    table: Address,
    blocks: Address,
    dW: Address,
    units: number,
    columns: number,
    goesOn: boolean,
    scratch: Address,
  ): void;
  rowSums(
    dZ: Address,
    db: Address,
    units: number,
    counts: Address,
    shards: number,
    goesOn: boolean,
    scratch: Address,
  ): void;
  add(into: Address, from: Address, bytes: number): void;
  reduce(partials: Address, stride: number, count: number, bytes: number, out: Address, scratch: Address): void;
  descend(W: Address, sum: Address, m: number, alpha: number, bytes: number, scratch: Address): Flag;
  momentum(W: Address, V: Address, sum: Address, m: number, alpha: number, mu: number, bytes: number): Flag;
  nesterov(W: Address, V: Address, sum: Address, m: number, alpha: number, mu: number, bytes: number): Flag;
  rmsprop(
    W: Address,
    S: Address,
    sum: Address,
    m: number,
    alpha: number,
    beta: number,
    rest: number,
    epsilon: number,
    bytes: number,
  ): Flag;
  adam(
    W: Address,
    M: Address,
    S: Address,
    sum: Address,
    m: number,
    alpha: number,
    beta1: number,
    rest1: number,
    correction1: number,
    beta2: number,
    rest2: number,
    correction2: number,
    epsilon: number,
    lambda: number,
    bytes: number,
  ): Flag;
  squares(dW: Address, db: Address, units: number, inputs: number, out: Address): void;
  squaresByLanes(dW: Address, db: Address, units: number, room: number, inputs: number, out: Address): void;
  areFinite(numbers: Address, bytes: number): Flag;
}

/** The flag byte of an imported memory that is shared. */
const SHARED_FLAG = 3;

const compiled = new Map<string, WasmModule>();

/** @throws where WebAssembly or its vector instructions are missing */
export function instantiate(name: "simd128" | "simd256", memory: WasmMemory): Operations {
  if (WebAssembly === undefined) throw new Error("there is no WebAssembly here");
  const shared = typeof SharedArrayBuffer !== "undefined" && memory.buffer instanceof SharedArrayBuffer;
  const key = `${name} ${shared}`;
  const module = compiled.get(key) ?? new WebAssembly.Module(decode(name === "simd256" ? SIMD256 : SIMD128, shared));
  compiled.set(key, module);
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Operations;
}

/** Modules are stored as base64, which the standard library of every engine decodes without a fetch. */
function decode({ base64, flagAt }: Binary, shared: boolean): Uint8Array<ArrayBuffer> {
  const { atob } = globalThis as unknown as { atob(text: string): string };
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  // Uint8Array.from would take ten times as long: milliseconds in the start of every thread.
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  if (shared) bytes[flagAt] = SHARED_FLAG;
  return bytes;
}
