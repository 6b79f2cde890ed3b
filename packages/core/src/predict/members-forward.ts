/** The forward pass of an ensemble: runs each member and averages their outputs. */
import type { EnsembleMember, Model } from "../formats/model.ts";
import type { Network } from "../model/network.ts";
import { averageOutputs, likeliestClasses } from "./average.ts";
import type { Forward } from "./plain-forward.ts";

/** @param forwardOf creates the forward pass of one network */
export function modelForward(
  { network, members }: Pick<Model, "network" | "members">,
  forwardOf: (network: Network) => Forward,
): Forward {
  return members === undefined ? forwardOf(network) : membersForward(members, forwardOf);
}

function membersForward(members: readonly EnsembleMember[], forwardOf: (network: Network) => Forward): Forward {
  const forwards = members.map(({ network }) => forwardOf(network));
  const weights = members.map(({ weight }) => weight);
  const [{ network }] = members;
  return (X, outputs, predicted) => {
    const each = forwards.map((forward) => {
      const own = new Float32Array(outputs.length);
      forward(X, own, predicted);
      return own;
    });
    outputs.set(averageOutputs(each, weights));
    if (network.output === "softmax") likeliestClasses(outputs, network.layers.at(-1)!, predicted);
  };
}
