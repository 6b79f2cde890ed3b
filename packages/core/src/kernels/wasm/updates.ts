/** Updates with state: passes their numbers in the argument order of assembly/optimisers.ts. */
import type { Elements, Kernels } from "../kernels.ts";
import { F32_BYTES } from "./constants.ts";
import type { Address, Operations } from "./module.ts";

/** The address of the elements' parameters, or of one slot of their state. */
function addressOf(numbers: Float32Array, { begin }: Elements): Address {
  return numbers.byteOffset + F32_BYTES * begin;
}

const bytesOf = ({ begin, end }: Elements): number => F32_BYTES * (end - begin);

export function bindUpdates(wasm: Operations): Pick<Kernels, "momentum" | "nesterov" | "rmsprop" | "adam"> {
  return {
    momentum(elements, { m, alpha, mu }) {
      const [W, V] = [elements.parameters, elements.slots[0]].map((numbers) => addressOf(numbers, elements));
      return wasm.momentum(W, V, elements.sum.byteOffset, m, alpha, mu, bytesOf(elements)) !== 0;
    },

    nesterov(elements, { m, alpha, mu }) {
      const [W, V] = [elements.parameters, elements.slots[0]].map((numbers) => addressOf(numbers, elements));
      return wasm.nesterov(W, V, elements.sum.byteOffset, m, alpha, mu, bytesOf(elements)) !== 0;
    },

    rmsprop(elements, { m, alpha, second: { beta, rest }, epsilon }) {
      const [W, S] = [elements.parameters, elements.slots[0]].map((numbers) => addressOf(numbers, elements));
      return wasm.rmsprop(W, S, elements.sum.byteOffset, m, alpha, beta, rest, epsilon, bytesOf(elements)) !== 0;
    },

    adam(elements, { m, alpha, first, second, epsilon, lambda }) {
      const [W, M, S] = [elements.parameters, ...elements.slots].map((numbers) => addressOf(numbers, elements));
      const allFinite = wasm.adam(
        W,
        M,
        S,
        elements.sum.byteOffset,
        m,
        alpha,
        first.beta,
        first.rest,
        first.correction,
        second.beta,
        second.rest,
        second.correction,
        epsilon,
        lambda,
        bytesOf(elements),
      );
      return allFinite !== 0;
    },
  };
}
