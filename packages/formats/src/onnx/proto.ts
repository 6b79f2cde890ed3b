/**
 * Encodes ONNX files: the messages of onnx.proto that a network needs. Field numbers are those of github.com/onnx/onnx,
 * onnx/onnx.proto. Fields with default values are omitted, as in protobuf.
 */
import { PbfWriter } from "pbf";

/** TensorProto.DataType */
export const TYPES = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const;
export type ElementType = keyof typeof TYPES;

/** A constant of the graph. */
export type Tensor = { readonly name: string; readonly dims: readonly number[] } & (
  | { readonly type: "float"; readonly values: Float32Array }
  | { readonly type: "double" | "int64"; readonly values: readonly number[] }
  | { readonly type: "string"; readonly values: readonly string[] }
);

export type Attribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] };

export interface Node {
  readonly name: string;
  readonly op: string;
  /** "" for the core operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or an output. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  /** A string names a size that the caller chooses. */
  readonly dims: readonly (number | string)[];
  readonly doc: string;
}

export interface OnnxModel {
  readonly irVersion: number;
  /** The opset version of each domain. */
  readonly operators: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly doc: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: {
    readonly name: string;
    readonly nodes: readonly Node[];
    readonly constants: readonly Tensor[];
    readonly inputs: readonly ValueInfo[];
    readonly outputs: readonly ValueInfo[];
  };
}

/** @returns the bytes of a file; the same model gives the same bytes */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const file = new PbfWriter();
  file.writeVarintField(1, model.irVersion);
  file.writeStringField(2, model.producer);
  file.writeStringField(6, model.doc);
  file.writeMessage(7, writeGraph, model.graph);
  for (const entry of Object.entries(model.operators)) file.writeMessage(8, writeOperators, entry);
  for (const entry of Object.entries(model.metadata)) file.writeMessage(14, writeEntry, entry);
  return file.finish();
}

function writeOperators([domain, version]: readonly [string, number], file: PbfWriter): void {
  if (domain !== "") file.writeStringField(1, domain);
  file.writeVarintField(2, version);
}

function writeEntry([key, value]: readonly [string, string], file: PbfWriter): void {
  file.writeStringField(1, key);
  file.writeStringField(2, value);
}

function writeGraph(graph: OnnxModel["graph"], file: PbfWriter): void {
  for (const node of graph.nodes) file.writeMessage(1, writeNode, node);
  file.writeStringField(2, graph.name);
  for (const tensor of graph.constants) file.writeMessage(5, writeTensor, tensor);
  for (const input of graph.inputs) file.writeMessage(11, writeValueInfo, input);
  for (const output of graph.outputs) file.writeMessage(12, writeValueInfo, output);
}

function writeNode(node: Node, file: PbfWriter): void {
  for (const input of node.inputs) file.writeStringField(1, input);
  file.writeStringField(2, node.output);
  file.writeStringField(3, node.name);
  file.writeStringField(4, node.op);
  for (const entry of Object.entries(node.attributes)) file.writeMessage(5, writeAttribute, entry);
  if (node.domain !== "") file.writeStringField(7, node.domain);
}

function writeAttribute([name, attribute]: readonly [string, Attribute], file: PbfWriter): void {
  file.writeStringField(1, name);
  switch (attribute.kind) {
    case "float":
      file.writeFloatField(2, attribute.value);
      file.writeVarintField(20, 1);
      break;
    case "int":
      file.writeVarintField(3, attribute.value);
      file.writeVarintField(20, 2);
      break;
    case "ints":
      for (const value of attribute.value) file.writeVarintField(8, value);
      file.writeVarintField(20, 7);
      break;
    case "strings":
      for (const value of attribute.value) file.writeStringField(9, value);
      file.writeVarintField(20, 8);
  }
}

function writeTensor(tensor: Tensor, file: PbfWriter): void {
  for (const size of tensor.dims) file.writeVarintField(1, size);
  file.writeVarintField(2, TYPES[tensor.type]);
  if (tensor.type === "string") for (const value of tensor.values) file.writeStringField(6, value);
  file.writeStringField(8, tensor.name);
  if (tensor.type !== "string") file.writeBytesField(9, rawBytes(tensor));
}

/** The values in little-endian order on any machine. */
function rawBytes(tensor: Exclude<Tensor, { readonly type: "string" }>): Uint8Array {
  const width = tensor.type === "float" ? 4 : 8;
  const bytes = new Uint8Array(width * tensor.values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < tensor.values.length; i++) {
    const value = tensor.values[i];
    if (tensor.type === "float") view.setFloat32(4 * i, value, true);
    else if (tensor.type === "double") view.setFloat64(8 * i, value, true);
    else view.setBigInt64(8 * i, BigInt(value), true);
  }
  return bytes;
}

function writeValueInfo({ name, type, dims, doc }: ValueInfo, file: PbfWriter): void {
  file.writeStringField(1, name);
  // TypeProto { tensor_type: Tensor { elem_type, shape } }
  file.writeMessage(2, (_, of) => of.writeMessage(1, writeTensorType, { type, dims }), undefined);
  file.writeStringField(3, doc);
}

function writeTensorType({ type, dims }: Pick<ValueInfo, "type" | "dims">, file: PbfWriter): void {
  file.writeVarintField(1, TYPES[type]);
  file.writeMessage(
    2,
    (sizes, shape) => {
      for (const size of sizes) shape.writeMessage(1, writeSize, size);
    },
    dims,
  );
}

function writeSize(size: number | string, file: PbfWriter): void {
  if (typeof size === "number") file.writeVarintField(1, size);
  else file.writeStringField(2, size);
}
