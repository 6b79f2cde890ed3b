/** An ONNX graph while it is put together. Inputs, constants and what nodes give share their names: no two are alike. */
import type { Attribute, ElementType, Node, Tensor, ValueInfo } from "./proto.ts";

/** Operators of classical machine learning: LabelEncoder is the only one that takes words to numbers. */
export const ML = "ai.onnx.ml";

/** The first size of every input and output: the caller's rows. */
export const ROWS = "N";

export interface NodeOptions {
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** What it gives is called; default: like the node. */
  readonly output?: string;
}

export class Graph {
  readonly inputs: ValueInfo[] = [];
  readonly outputs: ValueInfo[] = [];
  readonly nodes: Node[] = [];
  readonly constants: Tensor[] = [];
  readonly #values: Names = new Map();
  readonly #nodes: Names = new Map();

  /** @returns its name, which is the one wanted where nothing had it before */
  input(wanted: string, type: ElementType, columns: number, doc: string): string {
    const name = free(wanted, this.#values);
    this.inputs.push({ name, type, dims: [ROWS, columns], doc });
    return name;
  }

  /** Keeps a name for an output, so that nothing inside gets it before. @returns the name */
  reserve(wanted: string): string {
    return free(wanted, this.#values);
  }

  /** @param name as {@link reserve} gave it, of a node's output */
  output(name: string, type: ElementType, columns: number | undefined, doc: string): void {
    this.outputs.push({ name, type, dims: columns === undefined ? [ROWS] : [ROWS, columns], doc });
  }

  /** @returns its name */
  floats(wanted: string, values: Float32Array, dims: readonly number[] = [values.length]): string {
    return this.#constant({ name: free(wanted, this.#values), type: "float", dims, values });
  }

  /** @param values several are a row, of 1 x n; one is a number */
  doubles(wanted: string, values: readonly number[]): string {
    const dims = values.length === 1 ? [] : [1, values.length];
    return this.#constant({ name: free(wanted, this.#values), type: "double", dims, values });
  }

  integers(wanted: string, values: readonly number[]): string {
    return this.#constant({ name: free(wanted, this.#values), type: "int64", dims: [values.length], values });
  }

  strings(wanted: string, values: readonly string[]): string {
    return this.#constant({ name: free(wanted, this.#values), type: "string", dims: [values.length], values });
  }

  #constant(tensor: Tensor): string {
    this.constants.push(tensor);
    return tensor.name;
  }

  /** @returns the name of what it gives */
  node(op: string, inputs: readonly string[], wanted: string, options: NodeOptions = {}): string {
    const { domain = "", attributes = {} } = options;
    const name = free(wanted, this.#nodes);
    const output = options.output ?? free(wanted, this.#values);
    this.nodes.push({ name, op, domain, inputs, output, attributes });
    return output;
  }

  /** Columns side by side; nothing is done to a single one. */
  beside(parts: readonly string[], wanted: string): string {
    return parts.length === 1 ? parts[0] : this.node("Concat", parts, wanted, { attributes: { axis: int(1) } });
  }

  /** Gives what the last node gave, and nothing has used yet, another name. @returns the name */
  renamed(value: string, wanted: string): string {
    const last = this.nodes.pop()!;
    if (last.output !== value) throw new Error(`${value} is not what the last node gave`);
    return this.node(last.op, last.inputs, wanted, last);
  }

  cast(value: string, to: number, wanted: string): string {
    return this.node("Cast", [value], wanted, { attributes: { to: int(to) } });
  }

  /** The columns of those numbers, in that order. */
  columns(value: string, numbers: readonly number[], wanted: string): string {
    const which = this.integers(`${wanted}.which`, numbers);
    return this.node("Gather", [value, which], wanted, { attributes: { axis: int(1) } });
  }
}

export const int = (value: number): Attribute => ({ kind: "int", value });

/** Names that are taken, each with how often it was wanted. */
type Names = Map<string, number>;

/** An unused name like that. An empty name would mean that there is nothing. */
function free(wanted: string, used: Names): string {
  const plain = wanted === "" ? "_" : wanted;
  let name = plain;
  let n = used.get(plain) ?? 0;
  while (used.has(name)) name = `${plain}_${++n}`;
  used.set(plain, Math.max(n, 1));
  used.set(name, used.get(name) ?? 1);
  return name;
}
