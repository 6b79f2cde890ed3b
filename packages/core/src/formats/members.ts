/** Ensembles in model files: the metadata of each member. */
import { Field, type FieldSource } from "../checks/field.ts";
import { ACTIVATIONS, type Activation, type Network, parameterCount } from "../model/network.ts";
import type { EnsembleMember } from "./model.ts";

/** A member without its parameters. */
export interface MemberShape {
  readonly layers: readonly number[];
  readonly activation: Activation;
  /** Undefined where there is only one network. */
  readonly weight?: number;
}

/** The tolerance of the weights' sum, which should be 1. */
const TOLERANCE = 1e-6;

/**
 * @throws InputError unless there are two or more networks with equal numbers of inputs and outputs, and weights that
 *   add up to 1
 */
export function checkMembers(source: FieldSource, members: readonly EnsembleMember[], first: Network): void {
  const field = new Field(source, members, "members");
  if (field.size() < 2) field.fail("two or more");
  if (members[0].network !== first) field.fail("the model's network as the first of them");
  requireAlike(
    field,
    members.map(({ network, weight }) => ({ ...network, weight })),
  );
  for (const [k, { network }] of members.entries()) {
    if (network.output !== first.output) new Field(source, network.output, `members[${k}].output`).fail(first.output);
  }
}

/**
 * Reads the members.
 * @param names the number of names in the file's header: two tensors for each layer of each member, and the metadata
 * @param readLayers reads the layers of a member
 */
export function readMembers(
  field: Field,
  names: number,
  readLayers: (layers: Field) => readonly number[],
): readonly MemberShape[] {
  if (field.size() < 2) field.fail("two or more members");
  if (2 * field.size() > names) field.fail(`the members of ${names - 1} tensors`, `${field.size()}`);
  const members = field.map((member) => ({
    layers: readLayers(member.at("layers")),
    activation: member.at("activation").oneOf(ACTIVATIONS),
    weight: member.at("weight").factor(),
  }));
  requireAlike(field, members);
  return members;
}

export function describeMembers(members: readonly EnsembleMember[]): string {
  return JSON.stringify(
    members.map(({ network: { layers, activation }, weight }) => ({ layers, activation, weight: Math.fround(weight) })),
  );
}

function requireAlike(field: Field, members: readonly Required<MemberShape>[]): void {
  const [{ layers: first }] = members;
  for (const [k, { layers, weight }] of members.entries()) {
    const ends = [layers[0], layers.at(-1)];
    if (ends[0] !== first[0] || ends[1] !== first.at(-1)) {
      field.fail(`${first[0]} inputs and ${first.at(-1)} outputs of all`, `${ends.join(" and ")} of member ${k}`);
    }
    if (!(Math.fround(weight) > 0)) field.fail("weights above 0", `${weight} of member ${k}`);
  }
  const sum = members.reduce((all, { weight }) => all + weight, 0);
  if (!(Math.abs(sum - 1) < TOLERANCE)) field.fail("weights that add up to 1", String(sum));
}

/** The number of parameters of all members. */
export function parametersOf(members: readonly MemberShape[]): number {
  return members.reduce((sum, { layers }) => sum + parameterCount(layers), 0);
}
