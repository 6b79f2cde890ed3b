import {
  createNetwork,
  decodeModel,
  encodeModel,
  loadModel,
  type Model,
  predict,
  predictModel,
} from "@scratch-nn/core";
import { loadModel as loadPlain } from "@scratch-nn/core/predict";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";
import { joinModel, splitModel } from "../support/model-files.ts";

const layers = [
  [6, 9, 3],
  [6, 3],
  [6, 20, 20, 3],
];
const weights = [0.25, 0.625, 0.125];
const members = layers.map((of, k) => ({
  network: createNetwork({ layers: of, activation: k === 0 ? "selu" : "tanh", seed: k }),
  weight: weights[k],
}));
const columns = ["a", "b", "c", "d", "e", "f"];
const model: Model = {
  network: members[0].network,
  members,
  classes: ["x", "y", "z"],
  preprocessing: {
    columns,
    named: true,
    encoders: columns.map((_, column) => {
      return { kind: "number", column, center: 0, spread: 1, clips: false, fill: 0, marksMissing: false };
    }),
  },
  label: "kind",
};
const { X } = someExamples(6, 3000, 3, "floats");

/** The weighted mean of the probabilities, network by network. */
function meanOf(columnsOfX: typeof X): Float32Array {
  const each = members.map(({ network }) => predict(network, columnsOfX).probabilities);
  return each[0].map((_, i) =>
    each.reduce((sum, outputs, k) => Math.fround(sum + Math.fround(weights[k] * outputs[i])), 0),
  );
}

describe("an ensemble", () => {
  it("says the weighted mean of what its networks say", () => {
    const { outputs, probabilities, classes } = predictModel(model, X);
    expect(outputs).toEqual(meanOf(X));
    expect(probabilities).toEqual(outputs);
    for (const [c, likeliest] of classes.entries()) {
      const column = [...outputs.subarray(3 * c, 3 * c + 3)];
      expect(likeliest).toBe(column.indexOf(Math.max(...column)));
    }
  });

  it("is one file, which reads back as it was", () => {
    const read = decodeModel(encodeModel(model));
    expect(read.members!.map(({ weight }) => weight)).toEqual(weights);
    for (const [k, { network }] of read.members!.entries()) {
      expect(network).toEqual(members[k].network);
    }
    expect(read.network).toBe(read.members![0].network);
    expect(encodeModel(read)).toEqual(encodeModel(model));
    const { header } = splitModel(encodeModel(model));
    expect(Object.keys(header)).toEqual(
      expect.arrayContaining(["M0.W1", "M0.b2", "M1.W1", "M2.W3", "M2.b3", "__metadata__"]),
    );
    expect(header.__metadata__["format"]).toBe("scratch-nn 3");
  });

  it.each([1, 40, 3000])("predicts %i raw rows to the same bits wherever it is loaded", (m) => {
    const some = X.subarray(0, 6 * m) as Float32Array;
    const file = encodeModel(model);
    for (const load of [loadModel, loadPlain]) {
      const { probabilities, indices, classes } = load(file).predictColumns(some);
      expect(probabilities).toEqual(meanOf(some));
      expect(indices).toEqual(predictModel(model, some).classes);
      expect(classes[0]).toBe(model.classes[indices[0]]);
    }
  });

  it("of quantities says their mean", () => {
    const two = [1, 2].map((seed) => {
      return { network: createNetwork({ layers: [6, 2], output: "identity", seed }), weight: 0.5 };
    });
    const { outputs, classes, probabilities } = predictModel({ network: two[0].network, members: two }, X);
    const [a, b] = two.map(({ network }) => predict(network, X).outputs);
    expect(outputs).toEqual(a.map((value, i) => Math.fround(0.5 * value + 0.5 * b[i])));
    expect([classes.length, probabilities.length]).toEqual([0, 0]);
  });
});

describe("an ensemble is refused", () => {
  const other = createNetwork({ layers: [6, 2], seed: 9 });
  it.each([
    ["of one network", [members[0]], /members: expected two or more/],
    [
      "whose weights are not 1 in all",
      [members[0], members[1]],
      /members: expected weights that add up to 1, found 0.875/,
    ],
    [
      "with other outputs",
      [members[0], { network: other, weight: 0.75 }],
      /members: expected 6 inputs and 3 outputs of all, found 6 and 2 of member 1/,
    ],
    [
      "with a weight of 0",
      [
        { ...members[0], weight: 1 },
        { ...members[1], weight: 0 },
      ],
      /members: expected weights above 0, found 0 of member 1/,
    ],
    ["that begins with another network", [members[1], members[0], members[2]], /members: expected the model's network/],
  ])("%s", (_, some, message) => {
    expect(() => encodeModel({ ...model, members: some })).toThrow(message);
  });

  const withMembers = (change: (list: Record<string, unknown>[]) => unknown): Uint8Array => {
    const { header, data } = splitModel(encodeModel(model));
    delete header.__metadata__["crc32"];
    const list = JSON.parse(header.__metadata__["members"]);
    header.__metadata__["members"] = JSON.stringify(change(list) ?? list);
    return joinModel(header, data);
  };
  const M = "header.__metadata__.members";
  const withItem = (k: number, name: string, value: unknown) => (list: Record<string, unknown>[]) => {
    list[k][name] = value;
  };
  it.each([
    ["a member too few", (list: unknown[]) => list.slice(1), /./],
    [
      "more members than tensors",
      (list: unknown[]) => Array(9).fill(list[0]),
      new RegExp(`${M}: expected the members of`),
    ],
    ["no list", () => 7, new RegExp(`${M}: expected an array`)],
    ["a weight below 0", withItem(1, "weight", -1), new RegExp(`${M}\\[1\\].weight: expected an f32 above 0`)],
    [
      "an activation that is none",
      withItem(1, "activation", "x"),
      new RegExp(`${M}\\[1\\].activation: expected one of`),
    ],
    ["layers of another network", withItem(2, "layers", [6, 9, 3]), /./],
    ["huge layers", withItem(1, "layers", [6, 16777216, 16777216, 3]), /./],
  ])("as a file with %s", (_, change, message) => {
    expect(() => decodeModel(withMembers(change))).toThrow(message);
  });

  it("as a damaged file", () => {
    const bytes = encodeModel(model);
    bytes[bytes.length - 3] ^= 1;
    expect(() => decodeModel(bytes)).toThrow(/crc32: expected the checksum/);
  });
});
