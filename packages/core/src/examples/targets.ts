/** Converts the caller's targets to f32. */
import { type Numbers, numbersOf, typedArrayName } from "../checks/arrays.ts";
import { InputError } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import type { Output } from "../model/output.ts";

/**
 * Checks targets.
 * @param m columns of X
 * @param outputs the number of outputs of the network
 * @returns [outputs, m]
 * @throws InputError naming the target that is not 0 or 1, for sigmoid outputs, or not a finite f32
 */
export function checkTargets(targets: Numbers, output: Output, m: number, outputs: number): Float32Array {
  const numbers = numbersOf(targets);
  const size =
    outputs === 1
      ? `${m} numbers, one for each column of X`
      : `${outputs * m} numbers, ${outputs} for each column of X`;
  if (numbers === undefined || numbers.length !== outputs * m) {
    throw new InputError({
      where: "targets",
      expected: `an array of ${size}`,
      found: numbers === undefined ? describeValue(targets) : `${numbers.length}`,
      remedy: "pass [outputs, m], column after column",
    });
  }
  const floats =
    typedArrayName(targets) === "Float32Array" && targets instanceof Float32Array
      ? targets
      : Float32Array.from(numbers);
  for (let i = 0; i < floats.length; i++) {
    const y = floats[i];
    if (output === "sigmoid" ? y === 0 || y === 1 : Number.isFinite(y)) continue;
    throw new InputError({
      where: outputs === 1 ? `targets[${i}]` : `targets, column ${Math.floor(i / outputs)}, output ${i % outputs}`,
      expected: output === "sigmoid" ? "0 or 1" : "a finite number that fits a 32-bit float",
      found: describeValue(numbers[i]),
      remedy: output === "sigmoid" ? "pass 1 where the label applies, 0 where not" : "repair or leave out that example",
    });
  }
  return floats;
}
