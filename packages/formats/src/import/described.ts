/** Imports files that this package wrote, which describe the whole model. */
import { type Model, type Network, networkOf } from "@scratch-nn/core";
import { excerpt, Field, parameterCount } from "@scratch-nn/core/engine";
import { readDescription } from "../description.ts";
import { type ArrayFile, describeShape, placeOf } from "../named-array.ts";
import { npzNames } from "../npz/write-npz.ts";
import { torchNames } from "../safetensors/write-safetensors.ts";
import { finiteNumbers } from "./network.ts";
import type { ImportSettings } from "./settings.ts";

/** The names of W[l] and b[l] in each format. */
const NAMES = { npz: npzNames, safetensors: torchNames } as const;

/**
 * Restores the model that a file was written from.
 * @throws InputError if the arrays differ from the file's description, or a flag sets what the file describes
 */
export function describedModel(file: ArrayFile, settings: ImportSettings): Model {
  const flagged = Object.entries(settings).find(([, value]) => value !== undefined);
  if (flagged) {
    const remedy = "leave the flag out; to say otherwise, write the weights without their metadata";
    const source = { where: `--${flagged[0]}`, remedy };
    new Field(source, flagged[1]).fail(`nothing: ${file.where} says that itself, as it was written here`, "the flag");
  }
  const description = readDescription(file.says!, file.arrays.length);
  const { networks: shapes, output, task, preprocessing, label } = description;
  const arrays = new Map(file.arrays.map((array) => [array.name, array]));
  const namesOf = NAMES[file.format];
  let count = 0;
  const networks = shapes.map(({ layers, activation }, k): Network => {
    const wanted = layers.slice(1).flatMap((units, i) => {
      const names = namesOf(i + 1, shapes.length === 1 ? undefined : k);
      return [
        { name: names.W, shape: [units, layers[i]] },
        { name: names.b, shape: [units] },
      ];
    });
    const found = wanted.map(({ name, shape }) => {
      const array = arrays.get(name);
      const isThere = array !== undefined && describeShape(array.shape) === describeShape(shape);
      if (isThere) return array;
      return placeOf(file, name).fail(
        `${describeShape(shape)}, as the file says itself`,
        array === undefined ? "nothing of that name" : describeShape(array.shape),
      );
    });
    count += found.length;
    const parameters = new Float32Array(parameterCount(layers));
    let at = 0;
    for (const array of found) {
      const values = finiteNumbers(file, array);
      parameters.set(values, at);
      at += values.length;
    }
    return networkOf(layers, activation, parameters, output);
  });
  if (count !== arrays.size) {
    const own = new Set(
      networks.flatMap((network, k) => namesIn(network, namesOf, shapes.length === 1 ? undefined : k)),
    );
    const other = file.arrays.find(({ name }) => !own.has(name))!;
    placeOf(file, other.name).fail("only the arrays that the file says itself", excerpt(other.name));
  }
  return {
    network: networks[0],
    ...(shapes.length === 1
      ? {}
      : { members: networks.map((network, k) => ({ network, weight: Math.fround(shapes[k].weight!) })) }),
    classes: task.kind === "classes" ? task.classes : [],
    ...(output === "softmax" && shapes.length === 1 ? {} : { task }),
    preprocessing,
    label,
  };
}

function namesIn(
  { layers }: Network,
  namesOf: (typeof NAMES)[keyof typeof NAMES],
  member: number | undefined,
): readonly string[] {
  return layers.slice(1).flatMap((_, i) => Object.values(namesOf(i + 1, member)));
}
