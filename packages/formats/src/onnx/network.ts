/** Adds the forward pass: one line for each line of the notes, with examples in rows instead of columns. */
import type { Activation, Model, Network, Output } from "@scratch-nn/core";
import { type Graph, int } from "./graph.ts";

/** The constants of core: packages/core/src/numerics/activations.ts. */
const [SELU_SCALE, SELU_DEPTH] = [1.0507009873554805, 1.7580993408473768];
const [GELU_LINEAR, GELU_CUBIC] = [1.5957691216057308, 0.07135481627260025];

/**
 * Adds a network, or an ensemble and its weighted mean.
 * @param A0 [N, n[0]]
 * @param output the reserved name of the result
 * @returns the result's name; its shape is [N, n[L]]
 */
export function forward(graph: Graph, { network, members }: Model, A0: string, output: string): string {
  if (members === undefined) return networkForward(graph, network, A0, { prefix: "", output });
  const shares = members.map((member, k) => {
    const prefix = `M${k}.`;
    const A = networkForward(graph, member.network, A0, { prefix });
    const weight = graph.floats(`${prefix}weight`, Float32Array.of(member.weight), []);
    return graph.node("Mul", [A, weight], `${prefix}share`);
  });
  return graph.node("Sum", shares, "mean", { output });
}

function networkForward(
  graph: Graph,
  { layers, activation, output, W, b }: Network,
  A0: string,
  { prefix, output: last }: { readonly prefix: string; readonly output?: string },
): string {
  const L = layers.length - 1;
  let A = A0;
  for (let l = 1; l <= L; l++) {
    const weights = graph.floats(`${prefix}W${l}`, W[l], [layers[l], layers[l - 1]]);
    const biases = graph.floats(`${prefix}b${l}`, b[l]);
    // Z = A W^T + b, one row for each example.
    const isLast = l === L && output === "identity" && last !== undefined;
    const Z = graph.node("Gemm", [A, weights, biases], `${prefix}Z${l}`, {
      attributes: { transB: int(1) },
      ...(isLast ? { output: last } : {}),
    });
    const name = `${prefix}A${l}`;
    A = l < L ? activate(graph, activation, Z, name) : answer(graph, output, Z, { name, output: last });
  }
  return A;
}

/** A[L] from Z[L]. */
function answer(
  graph: Graph,
  of: Output,
  Z: string,
  { name, output }: { readonly name: string; readonly output: string | undefined },
): string {
  const called = output === undefined ? {} : { output };
  switch (of) {
    case "softmax":
      return graph.node("Softmax", [Z], name, { attributes: { axis: int(1) }, ...called });
    case "sigmoid":
      return graph.node("Sigmoid", [Z], name, called);
    case "identity":
      return Z;
  }
}

/** A = g(Z) */
function activate(graph: Graph, activation: Activation, Z: string, A: string): string {
  const float = (value: number) => ({ kind: "float", value }) as const;
  switch (activation) {
    case "relu":
      return graph.node("Relu", [Z], A);
    case "sigmoid":
      return graph.node("Sigmoid", [Z], A);
    case "tanh":
      return graph.node("Tanh", [Z], A);
    case "leaky-relu":
      return graph.node("LeakyRelu", [Z], A, { attributes: { alpha: float(0.01) } });
    case "elu":
      return graph.node("Elu", [Z], A, { attributes: { alpha: float(1) } });
    case "selu":
      return graph.node("Selu", [Z], A, {
        attributes: { alpha: float(SELU_DEPTH / SELU_SCALE), gamma: float(SELU_SCALE) },
      });
    case "gelu":
      return graph.node("Mul", [Z, graph.node("Sigmoid", [geluGate(graph, Z, A)], `${A}.gate`)], A);
    case "silu":
      return graph.node("Mul", [Z, graph.node("Sigmoid", [Z], `${A}.gate`)], A);
    case "mish":
      return graph.node("Mul", [Z, graph.node("Tanh", [graph.node("Softplus", [Z], `${A}.softplus`)], `${A}.gate`)], A);
    case "identity":
      return Z;
  }
}

/**
 * z (linear + cubic z^2). The tanh form of GELU is z times the logistic function of this gate. The operator Gelu exists
 * only from opset 20.
 */
function geluGate(graph: Graph, Z: string, A: string): string {
  const square = graph.node("Mul", [Z, Z], `${A}.square`);
  const cubic = graph.floats(`${A}.cubic`, Float32Array.of(GELU_CUBIC), []);
  const linear = graph.floats(`${A}.linear`, Float32Array.of(GELU_LINEAR), []);
  const factor = graph.node("Add", [graph.node("Mul", [square, cubic], `${A}.scaled`), linear], `${A}.factor`);
  return graph.node("Mul", [Z, factor], `${A}.twice`);
}
