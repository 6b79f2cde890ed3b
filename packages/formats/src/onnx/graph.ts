/** Builds an ONNX graph. The names of inputs, constants and node outputs are unique. */
import type { Attribute, ElementType, Node, Tensor, ValueInfo } from "./proto.ts";

/** The operator set of classical machine learning. Its LabelEncoder is the only operator that maps words to numbers. */
export const ML = "ai.onnx.ml";

/** The first dimension of every input and output: the number of the caller's rows. */
export const ROWS = "N";

export interface NodeOptions {
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** The output's name; default: like the node. */
  readonly output?: string;
}

export class Graph {
  readonly inputs: ValueInfo[] = [];
  readonly outputs: ValueInfo[] = [];
  readonly nodes: Node[] = [];
  readonly constants: Tensor[] = [];
  readonly #values: Names = new Map();
  readonly #nodes: Names = new Map();

  /** Adds an input. @returns its name: the wanted one, if it was free */
  input(wanted: string, type: ElementType, columns: number, doc: string): string {
    const name = free(wanted, this.#values);
    this.inputs.push({ name, type, dims: [ROWS, columns], doc });
    return name;
  }

  /** Reserves a name for an output, so that no inner value gets it. @returns the name */
  reserve(wanted: string): string {
    return free(wanted, this.#values);
  }

  /** Declares an output. @param name a node's output, named by {@link reserve} */
  output(name: string, type: ElementType, columns: number | undefined, doc: string): void {
    this.outputs.push({ name, type, dims: columns === undefined ? [ROWS] : [ROWS, columns], doc });
  }

  /** Adds a constant. @returns its name */
  floats(wanted: string, values: Float32Array, dims: readonly number[] = [values.length]): string {
    return this.#constant({ name: free(wanted, this.#values), type: "float", dims, values });
  }

  /** Adds a constant. @param values one value is a scalar, several are a row of 1 x n */
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

  /** Adds a node. @returns the name of its output */
  node(op: string, inputs: readonly string[], wanted: string, options: NodeOptions = {}): string {
    const { domain = "", attributes = {} } = options;
    const name = free(wanted, this.#nodes);
    const output = options.output ?? free(wanted, this.#values);
    this.nodes.push({ name, op, domain, inputs, output, attributes });
    return output;
  }

  /** Concatenates columns. A single part is returned as it is. */
  beside(parts: readonly string[], wanted: string): string {
    return parts.length === 1 ? parts[0] : this.node("Concat", parts, wanted, { attributes: { axis: int(1) } });
  }

  /** Renames the output of the last node, which nothing may use yet. @returns the new name */
  renamed(value: string, wanted: string): string {
    const last = this.nodes.pop()!;
    if (last.output !== value) throw new Error(`${value} is not what the last node gave`);
    return this.node(last.op, last.inputs, wanted, last);
  }

  cast(value: string, to: number, wanted: string): string {
    return this.node("Cast", [value], wanted, { attributes: { to: int(to) } });
  }

  /** Selects columns by number, in that order. */
  columns(value: string, numbers: readonly number[], wanted: string): string {
    const which = this.integers(`${wanted}.which`, numbers);
    return this.node("Gather", [value, which], wanted, { attributes: { axis: int(1) } });
  }
}

export const int = (value: number): Attribute => ({ kind: "int", value });

/** Used names, each with the number that its last duplicate got. */
type Names = Map<string, number>;

/** Finds an unused name like the wanted one. It is never empty: in ONNX, an empty name means an absent value. */
function free(wanted: string, used: Names): string {
  const plain = wanted === "" ? "_" : wanted;
  let name = plain;
  let n = used.get(plain) ?? 0;
  while (used.has(name)) name = `${plain}_${++n}`;
  used.set(plain, Math.max(n, 1));
  used.set(name, used.get(name) ?? 1);
  return name;
}
