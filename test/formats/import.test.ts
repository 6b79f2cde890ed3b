import { createNetwork, decodeModel, encodeModel, loadModel, type Model } from "@scratch-nn/core";
import { exportModel, type ImportSettings, importModel, toNpz, toSafetensors } from "@scratch-nn/formats";
import { describe, expect, it } from "vitest";
import { npzOf, safetensorsOf, type WrittenArray } from "../support/array-files.ts";
import { mixedModel } from "../support/mixed-model.ts";
import { refusalOf } from "../support/refusal-of.ts";

const W: WrittenArray = { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] };
const b: WrittenArray = { shape: [3], values: [7, 8, 9] };
const V: WrittenArray = { shape: [2, 3], values: [-1, 2, -3, 4, -5, 6] };
const c: WrittenArray = { shape: [2], values: [0.5, -0.5] };
/** The transpose. */
const turned = ({ shape: [rows, columns], values }: WrittenArray): WrittenArray => ({
  shape: [columns, rows],
  values: values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]),
});
const PARAMETERS = [W, b, V, c].flatMap(({ values }) => values);

type Arrays = Readonly<Record<string, WrittenArray>>;
const torch: Arrays = { "2.bias": c, "2.weight": V, "0.bias": b, "0.weight": W };
const stateDict = (settings?: ImportSettings, arrays: Arrays = torch) =>
  importModel(safetensorsOf(arrays), "w.safetensors", settings);

describe("weights of dense layers are found by their names:", () => {
  it.each<[string, Arrays]>([
    ["an nn.Sequential", torch],
    ["a module within another", { "net.fc2.bias": c, "net.fc1.weight": W, "net.fc2.weight": V, "net.fc1.bias": b }],
    ["more than ten layers apart", { "10.weight": V, "10.bias": c, "9.weight": W, "9.bias": b }],
    ["the notes' letters", { b1: b, W1: W, b2: c, W2: V }],
    ["biases as columns and rows", { W1: W, b1: { ...b, shape: [3, 1] }, W2: V, b2: { ...c, shape: [1, 2] } }],
    ["Keras 2", { "dense_1/kernel:0": turned(V), "dense_1/bias:0": c, "dense/kernel:0": turned(W), "dense/bias:0": b }],
    [
      "Keras 3",
      { "m/dense_2/kernel": turned(V), "m/dense_2/bias": c, "m/dense_1/kernel": turned(W), "m/dense_1/bias": b },
    ],
    ["model.get_weights()", { arr_0: turned(W), arr_1: b, arr_2: turned(V), arr_3: c }],
  ])("%s", (_, arrays) => {
    for (const file of [safetensorsOf(arrays), npzOf(arrays)]) {
      const { network } = importModel(file, "w").model;
      expect(network.layers).toEqual([2, 3, 2]);
      expect([...network.parameters]).toEqual(PARAMETERS);
    }
  });

  it("layers of other names, where their shapes fit in one order alone", () => {
    const ones = (shape: readonly number[]) => ({ shape, values: new Array(shape[0] * shape[1]).fill(1) });
    const arrays = { "out.weight": ones([4, 5]), "in.bias": b, "in.weight": W, "middle.weight": ones([5, 3]) };
    expect(stateDict({}, arrays).model.network.layers).toEqual([2, 3, 5, 4]);
  });

  it("get_weights() of layers without biases", () => {
    const { model, notes } = importModel(npzOf({ arr_0: turned(W), arr_1: turned(V), arr_2: c }), "w.npz");
    expect([...model.network.parameters]).toEqual([...W.values, 0, 0, 0, ...V.values, ...c.values]);
    expect(notes).toContain('no bias: "arr_0"; zeros are taken');
  });
});

describe("what weights do not say", () => {
  it("is a default, and said", () => {
    const { model, notes } = stateDict();
    expect(model.network).toMatchObject({ activation: "relu", output: "softmax" });
    expect(model.classes).toEqual(["0", "1"]);
    expect(model.preprocessing).toEqual({
      columns: ["1", "2"],
      named: false,
      encoders: [{ kind: "pixels", column: 0, count: 2, factor: 1 }],
    });
    expect(notes).toEqual([
      'layers in the order "0", "2"; --layers says otherwise',
      "weights do not say the activation: relu is taken; --activation says otherwise",
      "the output is taken for a softmax over classes; --output says otherwise",
      "classes have no names: 0 to 1; --classes says otherwise",
      "inputs are taken as they are; --scale, or --center and --spread, say otherwise",
    ]);
  });

  it("is what flags say, and then nothing is said", () => {
    const settings: ImportSettings = {
      layers: ["0", "2"],
      layout: "pytorch",
      activation: "tanh",
      output: "softmax",
      classes: ["no", "yes"],
      columns: ["age", "size"],
      label: ["kind"],
      center: [0.5],
      spread: [2, 4],
    };
    const { model, notes } = stateDict(settings);
    expect(notes).toEqual([]);
    expect(model).toMatchObject({ classes: ["no", "yes"], label: "kind", network: { activation: "tanh" } });
    // The definition: tanh(W z + b), then V and c, of z = (x - 0.5) / (2 or 4).
    const z = [(3 - 0.5) / 2, (7 - 0.5) / 4];
    const hidden = [0, 1, 2].map((u) => Math.tanh(W.values[2 * u] * z[0] + W.values[2 * u + 1] * z[1] + b.values[u]));
    const logits = [0, 1].map((k) => hidden.reduce((sum, a, u) => sum + V.values[3 * k + u] * a, c.values[k]));
    const expected = 1 / (1 + Math.exp(logits[0] - logits[1]));
    const { probabilities } = loadModel(encodeModel(model)).predict([{ size: 7, age: 3 }]);
    expect(Math.abs(probabilities[1] - expected)).toBeLessThan(1e-6);
  });

  it("of quantities and labels: names by --label, or positions behind the inputs", () => {
    const houses = stateDict({ output: "identity", columns: ["a", "b"], label: ["price", "rent"] }).model;
    expect(houses.task).toMatchObject({ kind: "quantities", names: ["price", "rent"], clamps: false });
    expect(loadModel(encodeModel(houses)).predict([[1, 0]]).values).toHaveLength(2);
    expect(stateDict({ output: "identity" }).model.task).toMatchObject({ names: ["3", "4"] });
    const labels = stateDict({ output: "sigmoid", label: ["1", "2"] }).model;
    expect(labels.task).toEqual({ kind: "labels", names: ["1", "2"] });
    expect(labels.preprocessing.columns).toEqual(["3", "4"]);
  });

  it("of one output is not guessed", () => {
    const one: Arrays = { weight: { shape: [1, 2], values: [1, 2] } };
    expect(refusalOf(() => stateDict({}, one))).toMatch(
      /^--output: expected what one output stands for, found nothing; pass/,
    );
    expect(stateDict({ output: "sigmoid" }, one).model.task).toEqual({ kind: "classes", classes: ["0", "1"] });
  });
});

describe("weights are refused, the array named,", () => {
  it.each<[string, Arrays, string]>([
    [
      "whose shapes do not chain",
      { ...torch, "2.weight": W },
      '"2.weight": expected 3 inputs, as many as "0.weight" has outputs, found 2',
    ],
    [
      "that are no matrix",
      { ...torch, "1.weight": b },
      '"1.weight": expected a matrix, the weight of a dense layer, found [3]',
    ],
    [
      "of a convolution",
      { "0.weight": { shape: [1, 2, 1, 3], values: [1, 2, 3, 4, 5, 6] } },
      "found [1, 2, 1, 3]; only Linear and Dense layers are taken, no",
    ],
    [
      "that are NaN",
      { ...torch, "2.weight": { ...V, values: [0, 0, 0, 0, Number.NaN, 0] } },
      '"2.weight": expected finite numbers of 32 bits, found NaN at [1, 1]',
    ],
    [
      "that no f32 holds",
      { ...torch, "0.bias": { ...b, type: "F64", values: [0, 1e300, 0] } },
      '"0.bias": expected finite numbers of 32 bits, found 1e+300 at [1]',
    ],
    [
      "whose bias has another length",
      { ...torch, "0.bias": c },
      '"0.bias": expected a bias for the 3 outputs of "0.weight", found [2]',
    ],
    [
      "whose bias has no weight",
      { ...torch, "4.bias": c },
      '"4.bias": expected a weight of layer "4" beside its bias, found none',
    ],
    [
      "that are named twice",
      { ...torch, "0.kernel": W },
      '"0.kernel": expected one weight of layer "0", found "0.weight" beside it',
    ],
    [
      "whose layers have one number",
      { ...torch, "00.weight": W },
      'expected layers of different numbers, found "0" and "00"',
    ],
    ["without inputs", { weight: { shape: [2, 0], values: [] } }, "expected from 1 to 16777216 inputs"],
    [
      "that others than dense layers have",
      { ...torch, running_mean: b },
      '"running_mean": expected the weight or the bias of a dense layer, by its name, found F32 [3]',
    ],
    [
      "whose order nothing tells",
      { "a.weight": W, "b.weight": W },
      'expected names or shapes that tell the order of the layers, found "a", "b"; pass --layers',
    ],
    ["with and without names", { arr_0: W, ...torch }, "expected arr_0, arr_1, ... alone, or names alone, found both"],
    ["of which one is missing", { arr_0: W, arr_2: V }, '"arr_2": expected arr_1 before it, found none'],
    [
      "with a bias of nothing",
      { arr_0: b },
      '"arr_0": expected the weight of a dense layer, [inputs, outputs], or its bias',
    ],
    ["with a bias of two", { arr_0: turned(W), arr_1: b, arr_2: b }, '"arr_2": expected the weight of a dense layer'],
  ])("%s", (_, arrays, said) => {
    expect(refusalOf(() => stateDict({}, arrays))).toContain(said);
  });

  it("with a way out where they lie the other way round", () => {
    const arrays = { W1: turned(W), b1: b, W2: turned(V), b2: c };
    expect(refusalOf(() => stateDict({}, arrays))).toContain("pass --layout");
    const { network } = stateDict({ layout: "keras" }, arrays).model;
    expect([...network.parameters]).toEqual(PARAMETERS);
  });
});

it.each<[ImportSettings, string]>([
  [{ layers: ["0", "1"] }, `--layers: expected names of the dense layers in w.safetensors ("2", "0"), found "1"`],
  [{ layers: ["0", "0"] }, "--layers, [1]: expected another one"],
  [{ layers: [] }, "--layers: expected one or more"],
  [{ classes: ["a"] }, "--classes: expected 2, as many as the network tells apart, found 1"],
  [{ classes: ["a", "a"] }, '--classes, [1]: expected another one than before, found "a"'],
  [
    { classes: ["a", "b"], output: "identity" },
    "--classes: expected --output softmax, or one output, found --output identity with 2",
  ],
  [{ columns: ["a"] }, '--columns: expected 2, as many as "0.weight" has inputs, found 1'],
  [{ columns: ["a", "b"], label: ["a"] }, '--label: expected a column that is none of --columns, found "a"'],
  [{ label: ["kind"] }, '--label: expected positions from 1 to 3, as the columns have no names, found "kind"'],
  [{ label: ["1", "2"] }, "--label: expected 1 of them"],
  [{ scale: 0.5, spread: [2] }, "--scale: expected --scale alone, found --spread beside it"],
  [{ scale: -1 }, "--scale: expected an f32 above 0, found -1"],
  [{ center: [1, 2, 3] }, "--center: expected 1 or 2 numbers, found 3"],
  [{ spread: [0] }, "--spread: expected a number above 0, found 0"],
])("a flag that contradicts the weights, or another, is refused by its name: %j", (settings, said) => {
  expect(refusalOf(() => stateDict(settings))).toContain(said);
});

describe("what was written here", () => {
  const ensemble = (): Model => {
    const one = mixedModel("selu", [4]);
    const other = createNetwork({ layers: [one.network.layers[0], 3], activation: "tanh" });
    const members = [
      { network: one.network, weight: 0.625 },
      { network: other, weight: 0.375 },
    ];
    return { ...one, members };
  };
  const quantities = (): Model => ({
    ...mixedModel(),
    classes: [],
    label: undefined,
    network: createNetwork({ layers: [mixedModel().network.layers[0], 5, 1], output: "identity", activation: "gelu" }),
    task: { kind: "quantities", names: ["€"], center: [0.1], spread: [3], least: [0], most: [9], clamps: true },
  });
  const models: Readonly<Record<string, () => Model>> = {
    "of classes": mixedModel,
    "of a quantity": quantities,
    "of an ensemble": ensemble,
  };

  it.each(Object.entries(models))("%s is read as the whole model, and written again as the same bytes", (_, make) => {
    const model = decodeModel(encodeModel(make()));
    for (const write of [toNpz, toSafetensors]) {
      const bytes = write(model);
      const { model: back } = importModel(bytes, "w");
      expect(back).toEqual(model);
      expect(Buffer.compare(write(back), bytes)).toBe(0);
      expect(Buffer.compare(encodeModel(back), encodeModel(model))).toBe(0);
    }
  });

  it("is what export writes", async () => {
    const model = mixedModel();
    expect(await exportModel(model, "npz")).toEqual([{ ending: ".npz", bytes: toNpz(model) }]);
    expect(await exportModel(model, "safetensors")).toEqual([
      { ending: ".weights.safetensors", bytes: toSafetensors(model) },
    ]);
  });

  it("as a model, not as weights, is a model already", () => {
    expect(refusalOf(() => importModel(encodeModel(mixedModel()), "m"))).toBe(
      "m: expected weights by themselves, found a model of this program; take it as it is: predict, evaluate and export read it",
    );
  });

  it("takes no flags, and is refused where it is not what it says", () => {
    const bytes = toSafetensors(mixedModel());
    expect(refusalOf(() => importModel(bytes, "w", { activation: "tanh" }))).toMatch(
      /^--activation: expected nothing: w says that itself/,
    );
    const text = Buffer.from(bytes).toString("latin1");
    const changed = (from: string, to: string) => Buffer.from(text.replace(from, to), "latin1");
    expect(refusalOf(() => importModel(changed("weights 1", "weights 2"), "w"))).toContain("expected one of weights 1");
    expect(refusalOf(() => importModel(changed(',20,5,3]"', ',20,4,3]"'), "w"))).toMatch(
      /"2\.weight": expected \[4, 20\], as the file says itself, found \[5, 20\]/,
    );
    expect(refusalOf(() => importModel(changed('"0.bias"', '"1.bias"'), "w"))).toMatch(
      /"0\.bias": expected \[20\], as the file says itself, found nothing/,
    );
    expect(refusalOf(() => importModel(changed("softmax", "softmix"), "w"))).toMatch(
      /output: expected one of softmax, sigmoid, identity/,
    );
  });
});
