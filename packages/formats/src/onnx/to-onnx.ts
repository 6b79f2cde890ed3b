/**
 * Exports a trained network as an ONNX file. Its inputs are raw columns, as core's encoders take them; its outputs are
 * classes, labels or quantities.
 *
 * Names in the graph are those of the notes: W1, b1, Z1, A1. Rows are examples. See docs/formats.md.
 */
import { InputError, type Model, taskOf } from "@scratch-nn/core";
import { answers, reserveOutputs } from "./answers.ts";
import { encodeColumns } from "./encode-columns.ts";
import { Graph, ML } from "./graph.ts";
import { declareInputs } from "./inputs.ts";
import { encodeOnnx } from "./proto.ts";

/** The opset of June 2022, which later runtimes also read. */
const OPSET = 17;
/** LabelEncoder maps words to integers from version 2 on; version 3 belongs to opset 17. */
const ML_OPSET = 3;
const IR_VERSION = 8;

/** A protobuf file has less than 2 GiB. */
const MOST_PARAMETERS = 2 ** 29 - 2 ** 24;

/**
 * @returns the bytes of the file; the same model gives the same bytes
 * @throws InputError naming a column that ONNX cannot represent, or when the network is too large for one file
 */
export function toOnnx(model: Model): Uint8Array {
  const networks = model.members?.map(({ network }) => network) ?? [model.network];
  const parameters = networks.reduce((sum, network) => sum + network.parameters.length, 0);
  if (parameters > MOST_PARAMETERS) {
    throw new InputError({
      where: "format",
      expected: `at most ${MOST_PARAMETERS} weights and biases, as an ONNX file has less than 2 GiB`,
      found: String(parameters),
      remedy: "export to safetensors or npz",
    });
  }
  const graph = new Graph();
  const inputs = declareInputs(graph, model.preprocessing);
  const outputs = reserveOutputs(graph, model);
  answers(graph, model, encodeColumns(graph, model.preprocessing, inputs), outputs);
  return encodeOnnx({
    irVersion: IR_VERSION,
    operators: { "": OPSET, [ML]: ML_OPSET },
    producer: "scratch-nn",
    doc: docOf(model),
    metadata: metadataOf(model),
    graph: { name: model.label ?? "network", ...graph },
  });
}

function docOf(model: Model): string {
  const task = taskOf(model);
  const what = task.kind === "classes" ? `which of ${task.classes.length} classes` : `${task.names.join(", ")}`;
  return `Trained by scratch-nn to tell ${what} from raw columns, N rows at a time.`;
}

/** Metadata for programs that is not in the graph. Values that are not strings are JSON. */
function metadataOf({ network, members, preprocessing, label, ...answers }: Model): Record<string, string> {
  const task = taskOf(answers);
  const shapes = members?.map((member) => ({
    layers: member.network.layers,
    activation: member.network.activation,
    weight: member.weight,
  }));
  return {
    ...(shapes === undefined
      ? { layers: JSON.stringify(network.layers), activation: network.activation }
      : { members: JSON.stringify(shapes) }),
    output: network.output,
    task: JSON.stringify(task),
    columns: JSON.stringify(preprocessing.columns),
    ...(label === undefined ? {} : { label }),
  };
}
