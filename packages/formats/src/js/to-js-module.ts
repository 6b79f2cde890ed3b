/** Exports a trained network as an ES module that imports nothing: `predict(row)`, and its types. */
import {
  type Activation,
  type ColumnEncoder,
  InputError,
  type Model,
  type Output,
  type Task,
  taskOf,
} from "@scratch-nn/core";
import { levelOf } from "@scratch-nn/core/engine";
import { base64Of } from "./base64.ts";
import { declarationsOf } from "./declarations.ts";
import { codeName, codeOf, type Entry } from "./module-code.ts";

/** Base64 takes 4/3 of the parameters' bytes, and V8's strings have less than 2^29 characters. */
const MOST_PARAMETERS = 2 ** 26;

export interface JsModule {
  /** An ES module for browsers and Node. */
  readonly code: string;
  /** Its types, for TypeScript and editors. */
  readonly declarations: string;
}

/**
 * Writes a module whose answers have the same bits as those of core's loadModel: see runtime/.
 * @returns the module's text; the same model gives the same text
 * @throws InputError when the network is too large for a string
 */
export function toJsModule(model: Model): JsModule {
  const networks = model.members ?? [{ network: model.network, weight: 1 }];
  const parameters = networks.reduce((sum, { network }) => sum + network.parameters.length, 0);
  if (parameters > MOST_PARAMETERS) {
    throw new InputError({
      where: "format",
      expected: `at most ${MOST_PARAMETERS} weights and biases, for a text of JavaScript`,
      found: String(parameters),
      remedy: "export to onnx, safetensors or npz",
    });
  }
  const { preprocessing, label } = model;
  const { encoders } = preprocessing;
  const task = taskOf(model);
  const isRaw = encoders.length === 1 && encoders[0].kind === "pixels";
  const scale = isRaw && encoders[0].kind === "pixels" ? Math.fround(encoders[0].factor) : 1;
  const used = new Set<Entry>(["predictor"]);
  const use = (entry: Entry): string => {
    used.add(entry);
    return codeName(entry);
  };

  const columns = encoders.map((encoder) => {
    const { entry, count = 1, settings } = columnOf(encoder, isRaw);
    return `[${encoder.column},${count},${use(entry)},${settings.map(literal).join()}]`;
  });
  const layers = networks.map(
    ({ network: { layers, activation } }) => `[${literal(layers)},${activationCode(activation, use)}]`,
  );
  const weights = model.members?.map((member) => member.weight);
  const mean = weights === undefined ? "A=>A[0]" : `${use("meanOf")}(${literal(weights)})`;
  const { output } = model.network;
  const last = output === "identity" ? "Z=>Z" : output === "sigmoid" ? `Z=>Z.map(${use("sigmoid")})` : use("softmax");
  const { name, names, answer } = answerOf(task, output, use);
  const parts = [
    "columns",
    `[${columns.join()}]`,
    `[${[scale, mean, last, ...layers].join()}]`,
    answer,
    `"${base64Of(networks.map(({ network }) => network.parameters))}"`,
  ];
  const call = `export const predict=${use("predictor")}(${parts.join()});`;
  const code = [
    `// ${label === undefined ? "A network" : `${commented(label)}, by a network`} that scratch-nn trained: predict(row)`,
    codeOf(used),
    `export const columns=${literal(preprocessing.columns)};`,
    `export const ${name}=${literal(names)};`,
    call,
    "",
  ].join("\n");
  return { code, declarations: declarationsOf(model) };
}

interface Column {
  readonly entry: Entry;
  readonly count?: number;
  readonly settings: readonly unknown[];
}

/** @param isRaw whether pixels are the only inputs, so that their factor is the network's scale */
function columnOf(encoder: ColumnEncoder, isRaw: boolean): Column {
  switch (encoder.kind) {
    case "pixels":
      return { entry: "pixelColumn", count: encoder.count, settings: [isRaw ? 1 : encoder.factor] };
    case "number":
      return { entry: "numberColumn", settings: scaleOf(encoder) };
    case "date":
      return { entry: "dateColumn", settings: [encoder.order, ...scaleOf(encoder)] };
    case "bins":
      return { entry: "binsColumn", settings: [encoder.fill, ...encoder.knots] };
    case "binary":
      return { entry: "binaryColumn", settings: [encoder.levels.map(levelOf), +encoder.marksMissing] };
    case "category":
      return { entry: "categoryColumn", settings: [encoder.levels.map(levelOf), +encoder.missing, +encoder.other] };
  }
}

function scaleOf({
  center,
  spread,
  fill,
  clips,
  marksMissing,
}: Extract<ColumnEncoder, { readonly kind: "number" | "date" }>): unknown[] {
  return [center, spread, fill, +clips, +marksMissing];
}

const ENTRY_OF: Partial<Record<Activation, Entry>> = { "leaky-relu": "leakyRelu" };

function activationCode(activation: Activation, use: (entry: Entry) => string): string {
  if (activation === "relu") return "z=>z>0?z:0";
  if (activation === "identity") return "z=>z";
  return use(ENTRY_OF[activation] ?? (activation as Entry));
}

function answerOf(task: Task, output: Output, use: (entry: Entry) => string) {
  switch (task.kind) {
    case "classes":
      return {
        name: "classes",
        names: task.classes,
        answer: `${use(output === "sigmoid" ? "yesNoAnswer" : "classAnswer")}(classes)`,
      };
    case "labels":
      return { name: "labels", names: task.names, answer: `${use("labelsAnswer")}()` };
    case "quantities": {
      const { center, spread, least, most, clamps } = task;
      return {
        name: "quantities",
        names: task.names,
        answer: `${use("quantitiesAnswer")}(${literal({ center, spread, least, most, clamps })})`,
      };
    }
  }
}

/** Writes a value as a JavaScript literal. It escapes "<", so that no text can end a script element of a page. */
const literal = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

/** Writes a name from a table into a one-line comment. */
const commented = (name: string): string => literal(name);
