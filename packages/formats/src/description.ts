/** The description of a model in a file of weights, from which our reader restores the whole model. */
import {
  ACTIVATIONS,
  type Activation,
  type Model,
  OUTPUTS,
  type Output,
  type Preprocessing,
  type Task,
  taskOf,
} from "@scratch-nn/core";
import {
  checkPreprocessing,
  checkTask,
  type Field,
  fewestOutputs,
  MOST_CLASSES,
  MOST_UNITS,
  readMembers,
} from "@scratch-nn/core/engine";

/** The first name of a description. Its value is the description's version. */
export const MARK = "scratch-nn";
const VERSION = "weights 1";

/** A value as JSON, and as text for formats that hold only text. */
export interface SaidValue {
  readonly json: unknown;
  readonly text: string;
}

/** The shape of one network. */
export interface DescribedNetwork {
  readonly layers: readonly number[];
  readonly activation: Activation;
  /** The weight in the mean of an ensemble; undefined for a single network. */
  readonly weight?: number;
}

/** A model without its weights. */
export interface Description {
  /** One network, or two or more of an ensemble. */
  readonly networks: readonly DescribedNetwork[];
  readonly output: Output;
  readonly task: Task;
  readonly preprocessing: Preprocessing;
  readonly label: string | undefined;
}

/** Describes a model, as values by name. The same model gives the same values in the same order. */
export function describeModel(model: Model): Readonly<Record<string, SaidValue>> {
  const { network, members, preprocessing, label } = model;
  const shape = ({ layers, activation }: DescribedNetwork) => ({ layers, activation });
  const json = (value: unknown): SaidValue => ({ json: value, text: JSON.stringify(value) });
  const word = (text: string): SaidValue => ({ json: text, text });
  return {
    [MARK]: word(VERSION),
    ...(members === undefined
      ? { layers: json(network.layers), activation: word(network.activation) }
      : { members: json(members.map(({ network, weight }) => ({ ...shape(network), weight: Math.fround(weight) }))) }),
    output: word(network.output),
    task: json(taskOf(model)),
    preprocessing: json(preprocessing),
    ...(label === undefined ? {} : { label: word(label) }),
  };
}

/**
 * The inverse of {@link describeModel}.
 * @param says returns the value of a name in the file
 * @param arrays the number of arrays in the file
 * @throws InputError naming the wrong value
 */
export function readDescription(says: (name: string) => Field, arrays: number): Description {
  says(MARK).oneOf([VERSION]);
  const output = says("output").oneOf(OUTPUTS);
  const layersOf = (field: Field): number[] => checkLayers(field, arrays, output);
  const isEnsemble = says("members").value !== undefined;
  const networks: readonly DescribedNetwork[] = isEnsemble
    ? readMembers(says("members"), arrays + 1, layersOf)
    : [{ layers: layersOf(says("layers")), activation: says("activation").oneOf(ACTIVATIONS) }];
  const [{ layers }] = networks;
  const label = says("label");
  return {
    networks,
    output,
    task: checkTask(says("task"), { layers, output }),
    preprocessing: checkPreprocessing(says("preprocessing"), layers[0]),
    label: label.value === undefined ? undefined : label.string(),
  };
}

function checkLayers(field: Field, arrays: number, output: Output): number[] {
  const size = field.size();
  if (size < 2) field.fail("two or more sizes, inputs and outputs", `${size}`);
  if (size > arrays / 2 + 1) field.fail(`the sizes of the layers of ${arrays} arrays`, `${size} sizes`);
  return field.map((units, l) =>
    l === size - 1 ? units.whole(fewestOutputs(output), MOST_CLASSES) : units.whole(1, MOST_UNITS),
  );
}
