/** Standardises quantities to mean 0 and standard deviation 1 in the training part. */
import { InputError, type QuantitiesTask } from "@scratch-nn/core";
import { levelOf } from "@scratch-nn/core/engine";
import { momentsOf } from "./statistics.ts";

/**
 * Computes the mean, deviation and range of each quantity.
 * @param where the location of the label that errors name
 * @param values of the training part, [names, rows]
 * @throws InputError that names a quantity that is constant, or whose deviation overflows
 */
export function fitQuantities(
  where: string,
  names: readonly string[],
  values: Float64Array,
  clamps: boolean,
): QuantitiesTask {
  const moments = names.map((name, u) => {
    const found = momentsOf(values.filter((_, i) => i % names.length === u));
    // A denormal is no useful divisor.
    if (found.deviation >= 2 ** -1022 && Number.isFinite(found.deviation)) return found;
    throw new InputError({
      where: names.length === 1 ? where : `${where}, ${name}`,
      expected: "a quantity that varies among the rows to train on",
      found:
        found.count === 0
          ? "no row"
          : Number.isFinite(found.deviation)
            ? `${levelOf(found.min)} in each`
            : "numbers too far apart",
      remedy: "name another column with --label",
    });
  });
  return {
    kind: "quantities",
    names,
    center: moments.map(({ mean }) => mean),
    spread: moments.map(({ deviation }) => deviation),
    least: moments.map(({ min }) => min),
    most: moments.map(({ max }) => max),
    clamps,
  };
}

/**
 * Computes the targets of a network, [names, rows], in shared memory.
 * @throws InputError that names a value too far from the mean of the training part
 */
export function standardise(where: string, { center, spread }: QuantitiesTask, values: Float64Array): Float32Array {
  const targets = new Float32Array(new SharedArrayBuffer(4 * values.length));
  for (let i = 0; i < values.length; i++) {
    const u = i % center.length;
    targets[i] = (values[i] - center[u]) / spread[u];
    if (Number.isFinite(targets[i])) continue;
    throw new InputError({
      where,
      expected: "quantities within 3e38 standard deviations of their mean",
      found: levelOf(values[i]),
      remedy: "mend or delete that row",
    });
  }
  return targets;
}
