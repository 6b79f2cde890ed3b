import * as core from "@scratch-nn/core";
import { loadModel as loadPlain } from "@scratch-nn/core/predict";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeSomewhere, ODD_VALUES, STEPS } from "../support/edits.ts";
import { mixedModel, mixedRows } from "../support/mixed-model.ts";
import { joinModel, splitModel } from "../support/model-files.ts";

const quantities: core.QuantitiesTask = {
  kind: "quantities",
  names: ["price", "rent"],
  center: [150_000.5, -3],
  spread: [40_000, 1e-3],
  least: [90_000, -3.001],
  most: [190_000, -2.999],
  clamps: false,
};

/** A model with such outputs on the columns of mixedModel. */
function modelOf(output: core.Output, outputs: number, task: core.Task): core.Model {
  const { preprocessing } = mixedModel();
  const { layers } = mixedModel().network;
  const network = core.createNetwork({ layers: [layers[0], 9, outputs], output, init: "notes", seed: 4 });
  return { network, classes: task.kind === "classes" ? task.classes : [], task, preprocessing, label: undefined };
}

const MODELS: readonly [name: string, model: core.Model][] = [
  ["quantities", modelOf("identity", 2, quantities)],
  ["labels", modelOf("sigmoid", 3, { kind: "labels", names: ["a", "b", "ü"] })],
  ["two classes by one sigmoid", modelOf("sigmoid", 1, { kind: "classes", classes: ["no", "yes"] })],
];

const rows = mixedRows(300) as core.Row[];

describe.each(MODELS)("a model of %s", (_, model) => {
  it("is what it was, once encoded and decoded, in format 3", () => {
    const file = core.encodeModel(model);
    expect(splitModel(file).header.__metadata__["format"]).toBe("scratch-nn 3");
    const read = core.decodeModel(file);
    expect(read).toEqual(model);
    expect(core.taskOf(read)).toEqual(model.task);
    expect([...core.encodeModel(read)]).toEqual([...file]);
  });

  it("predicts the same by the vector kernels, by the plain ones of a page, and row by row", () => {
    const file = core.encodeModel(model);
    const found = core.loadModel(file).predict(rows);
    expect(loadPlain(file).predict(rows)).toEqual(found);
    const one = loadPlain(file).predict([rows[7]]);
    const count = found.values.length / rows.length;
    expect([...one.values]).toEqual([...found.values.subarray(7 * count, 8 * count)]);
    expect(one.classes).toEqual(found.classes.slice(7, 8));
  });
});

describe("a model of a softmax and classes", () => {
  it("has the bytes of format 2, whether it says its task or not", () => {
    const model = mixedModel();
    const file = core.encodeModel(model);
    expect(splitModel(file).header.__metadata__["format"]).toBe("scratch-nn 2");
    expect([...core.encodeModel({ ...model, task: core.taskOf(model) })]).toEqual([...file]);
    expect(core.taskOf(core.decodeModel(file))).toEqual({ kind: "classes", classes: model.classes });
  });
});

describe("predictions", () => {
  const [[, model], [, ofLabels], [, ofTwo]] = MODELS;

  it("of quantities are center + spread a, in f64", () => {
    const { values, classes, probabilities, indices } = core.loadModel(core.encodeModel(model)).predict(rows);
    const encoder = core.rowEncoder(model.preprocessing);
    const X = new Float32Array(encoder.inputs * rows.length);
    for (const [r, row] of rows.entries()) {
      const cells = (row as unknown[]).map((cell) => (typeof cell === "boolean" ? String(cell) : cell));
      encoder.encode(cells as string[], X, r * encoder.inputs);
    }
    const { outputs } = core.predict(model.network, X);
    const expected = Array.from(outputs, (a, i) => quantities.center[i % 2] + quantities.spread[i % 2] * a);
    expect([...values]).toEqual(expected);
    expect([classes, [...probabilities], [...indices]]).toEqual([[], [], []]);
  });

  it("of quantities stay within the range of training where the model clamps", () => {
    const file = core.encodeModel({ ...model, task: { ...quantities, clamps: true } });
    const free = core.loadModel(core.encodeModel(model)).predict(rows).values;
    const { values } = core.loadModel(file).predict(rows);
    const within = (x: number, u: number) => Math.min(Math.max(x, quantities.least[u]), quantities.most[u]);
    expect([...values]).toEqual(Array.from(free, (x, i) => within(x, i % 2)));
    expect([...values]).not.toEqual([...free]);
  });

  it("of labels are 1 where a label is more likely than not", () => {
    const predictor = core.loadModel(core.encodeModel(ofLabels));
    const { indices, probabilities, classes } = predictor.predict(rows);
    expect(predictor.task).toEqual(ofLabels.task);
    expect(probabilities).toHaveLength(3 * rows.length);
    expect([...indices]).toEqual(Array.from(probabilities, (p) => (p > 0.5 ? 1 : 0)));
    expect(classes).toEqual([]);
  });

  it("of two classes by one sigmoid have two probabilities, of sum 1", () => {
    const { indices, probabilities, classes } = core.loadModel(core.encodeModel(ofTwo)).predict(rows);
    for (const [r, index] of indices.entries()) {
      expect(classes[r]).toBe(["no", "yes"][index]);
      expect(probabilities[2 * r] + probabilities[2 * r + 1]).toBeCloseTo(1, 6);
      expect(index).toBe(probabilities[2 * r + 1] > 0.5 ? 1 : 0);
    }
    expect(new Set(classes).size).toBe(2);
  });
});

describe("a file of format 3 is refused", () => {
  const file = core.encodeModel(MODELS[0][1]);

  /** Changes the metadata, and removes the checksum. */
  function changed(metadata: Record<string, string>): Uint8Array {
    const { header, data } = splitModel(file);
    delete header.__metadata__["crc32"];
    Object.assign(header.__metadata__, metadata);
    return joinModel(header, data);
  }
  const taskWith = (change: object) => changed({ task: JSON.stringify({ ...quantities, ...change }) });

  it.each<[string, () => Uint8Array, RegExp]>([
    ["an unknown output", () => changed({ output: "tanh" }), /output: expected one of softmax, sigmoid, identity/],
    ["a task of another output", () => changed({ output: "sigmoid" }), /kind: expected one of classes, labels/],
    ["no such kind", () => taskWith({ kind: "ranks" }), /kind: expected one of quantities/],
    ["too few names", () => taskWith({ names: ["price"] }), /names: expected 2, as many as the network has outputs/],
    ["two of a name", () => taskWith({ names: ["a", "a"] }), /names\[1\]: expected another one than before/],
    ["a spread of zero", () => taskWith({ spread: [1, 0] }), /spread\[1\]: expected a number above 0/],
    ["no center", () => taskWith({ center: null }), /center: expected an array/],
    ["a center of words", () => taskWith({ center: ["1", 2] }), /center\[0\]: expected a finite number/],
    ["most below least", () => taskWith({ most: [1, 1] }), /most: expected numbers that are not below the least/],
    ["no word on clamping", () => taskWith({ clamps: undefined }), /clamps: expected true or false/],
    ["JSON that is none", () => changed({ task: "{" }), /task: expected .*JSON/],
    [
      "a changed task, by its checksum",
      () => {
        const { header, data } = splitModel(file);
        header.__metadata__["task"] = JSON.stringify({ ...quantities, center: [1, 2] });
        return joinModel(header, data);
      },
      /crc32: expected the checksum/,
    ],
  ])("for %s", (_, bytes, message) => {
    expect(() => core.decodeModel(bytes())).toThrow(core.InputError);
    expect(() => core.decodeModel(bytes())).toThrow(message);
  });

  it("or read as it stands, whatever stands in its task", () => {
    fc.assert(
      fc.property(STEPS, ODD_VALUES, fc.boolean(), (steps, value, removes) => {
        const task = structuredClone(quantities) as object;
        changeSomewhere(task, steps, value, removes);
        try {
          const read = core.decodeModel(changed({ task: JSON.stringify(task) }));
          expect(core.decodeModel(core.encodeModel(read))).toEqual(read);
        } catch (error) {
          if (!(error instanceof core.InputError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  it("encodeModel refuses a task that is not the network's", () => {
    const [[, model]] = MODELS;
    expect(() => core.encodeModel({ ...model, task: { kind: "labels", names: ["a", "b"] } })).toThrow(
      /task.kind: expected one of quantities/,
    );
    expect(() => core.encodeModel({ ...model, task: undefined })).toThrow(core.InputError);
  });
});
