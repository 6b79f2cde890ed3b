/** Adds the graph's outputs: classes, labels, or quantities in their own units. */
import type { ClassesTask, LabelsTask, Model, QuantitiesTask } from "@scratch-nn/core";
import { taskOf } from "@scratch-nn/core";
import { type Graph, int } from "./graph.ts";
import { forward } from "./network.ts";
import { TYPES } from "./proto.ts";

/** The actual name of each output, by its preferred name. They differ if an input has the preferred name. */
type Reserved = ReadonlyMap<string, string>;

/** Adds the network and declares the outputs. @param A0 [N, n[0]] @param reserved from {@link reserveOutputs} */
export function answers(graph: Graph, model: Model, A0: string, reserved: Reserved): void {
  const task = taskOf(model);
  switch (task.kind) {
    case "classes":
      classes(graph, model, task, A0, reserved);
      break;
    case "labels":
      labels(graph, model, task, A0, reserved);
      break;
    case "quantities":
      quantities(graph, model, task, A0, reserved);
  }
}

const OUTPUTS = {
  classes: ["label", "probabilities"],
  labels: ["labels", "probabilities"],
  quantities: ["values"],
} as const;

/** Reserves names for the outputs. Only inputs take precedence over them. */
export function reserveOutputs(graph: Graph, model: Model): Reserved {
  return new Map(OUTPUTS[taskOf(model).kind].map((name) => [name, graph.reserve(name)]));
}

function classes(graph: Graph, model: Model, { classes: names }: ClassesTask, A0: string, reserved: Reserved): void {
  const [label, probabilities] = [reserved.get("label")!, reserved.get("probabilities")!];
  if (model.network.output === "sigmoid") {
    // One unit gives the probability of the second of two classes.
    const second = forward(graph, model, A0, graph.reserve("second"));
    const one = graph.floats("one", Float32Array.of(1), []);
    const first = graph.node("Sub", [one, second], "first");
    graph.node("Concat", [first, second], "probabilities", { attributes: { axis: int(1) }, output: probabilities });
  } else {
    forward(graph, model, A0, probabilities);
  }
  const likeliest = graph.node("ArgMax", [probabilities], "likeliest", {
    attributes: { axis: int(1), keepdims: int(0) },
  });
  graph.node("Gather", [graph.strings("classes", names), likeliest], "label", { output: label });
  graph.output(label, "string", undefined, "the most likely class, the first of equals");
  graph.output(probabilities, "float", names.length, `of the classes ${JSON.stringify(names)}, in that order`);
}

function labels(graph: Graph, model: Model, { names }: LabelsTask, A0: string, reserved: Reserved): void {
  const [found, probabilities] = [reserved.get("labels")!, reserved.get("probabilities")!];
  forward(graph, model, A0, probabilities);
  const half = graph.floats("half", Float32Array.of(0.5), []);
  graph.node("Greater", [probabilities, half], "labels", { output: found });
  const said = `${JSON.stringify(names)}, in that order`;
  graph.output(found, "bool", names.length, `whether each is more likely than not: ${said}`);
  graph.output(probabilities, "float", names.length, `of the labels ${said}`);
}

function quantities(graph: Graph, model: Model, task: QuantitiesTask, A0: string, reserved: Reserved): void {
  const values = reserved.get("values")!;
  const A = forward(graph, model, A0, graph.reserve(`A${model.network.layers.length - 1}`));
  const exact = graph.cast(A, TYPES.double, "exact");
  const product = graph.node("Mul", [exact, graph.doubles("spread", task.spread)], "apart");
  const center = graph.doubles("center", task.center);
  const value = graph.node("Add", [product, center], "unscaled", task.clamps ? {} : { output: values });
  if (task.clamps) {
    const above = graph.node("Max", [value, graph.doubles("least", task.least)], "above");
    graph.node("Min", [above, graph.doubles("most", task.most)], "clamped", { output: values });
  }
  graph.output(values, "double", task.names.length, `${JSON.stringify(task.names)}, in that order, in their own units`);
}
