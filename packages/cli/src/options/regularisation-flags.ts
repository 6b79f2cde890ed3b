/** The flags of regularisation: dropout, a decay that ends, clipping, learning rates of layers and biases. */
import {
  type FitOptions,
  InputError,
  type InputFault,
  STRENGTH_SCHEDULES,
  type StrengthSchedule,
} from "@scratch-nn/core";
import { DROPOUT_RANGE, type Field, isDropoutRate, isRateFactor } from "@scratch-nn/core/engine";
import type { Command } from "commander";
import { decimalNumber, decimalNumbers, oneOf } from "./flags.ts";
import { isPositiveF32, POSITIVE_F32 } from "./optimizer-flags.ts";

/** Each is undefined where a run does not use it: no dropout, factors of 1. */
export interface RegularisationFlags {
  readonly dropout?: number;
  readonly dropoutSchedule?: StrengthSchedule;
  readonly decaySchedule?: StrengthSchedule;
  readonly clipNorm?: number;
  /** For layers 1 .. L. */
  readonly layerFactors?: readonly number[];
  readonly biasFactor?: number;
  /** A flag of the network, not of its training. */
  readonly zeroOutput?: boolean;
}

export const REGULARISATION_NAMES = [
  "dropout",
  "dropoutSchedule",
  "decaySchedule",
  "clipNorm",
  "layerFactors",
  "biasFactor",
  "zeroOutput",
] as const satisfies readonly (keyof RegularisationFlags)[];

const FACTOR = "a finite number from 0 that fits a 32-bit float";

export function addRegularisationOptions(command: Command): Command {
  const schedules = `${STRENGTH_SCHEDULES.join(" or ")}, for half of the steps, then along a cosine to 0 (default: constant)`;
  return command
    .option(
      "--dropout <p>",
      "fraction of hidden units that are zeroed at random for each example in a step (default: 0)",
      decimalNumber("--dropout", DROPOUT_RANGE, isDropoutRate, "0.2"),
    )
    .option(
      "--dropout-schedule <name>",
      `what becomes of that part over the steps of the run: ${schedules}`,
      oneOf("--dropout-schedule", STRENGTH_SCHEDULES),
    )
    .option(
      "--decay-schedule <name>",
      `what becomes of adamw's weight decay: ${schedules}`,
      oneOf("--decay-schedule", STRENGTH_SCHEDULES),
    )
    .option(
      "--clip-norm <x>",
      "largest L2 norm of a step's gradient, over all weights and biases; longer gradients are scaled down to it (default: any)",
      decimalNumber("--clip-norm", POSITIVE_F32, isPositiveF32, "1"),
    )
    .option(
      "--layer-factors <factors>",
      "factor on the learning rate for each layer, comma-separated, the output layer last (default: 1 for each)",
      decimalNumbers("--layer-factors", `${FACTOR}, for each layer, comma-separated`, isRateFactor, "1,0.5"),
    )
    .option(
      "--bias-factor <x>",
      "additional factor on the learning rate of biases (default: 1)",
      decimalNumber("--bias-factor", FACTOR, isRateFactor, "0.1"),
    )
    .option("--zero-output", "initialise the output layer with zeros, whatever --init says");
}

/** The other flags that these depend on. */
interface Others {
  readonly hidden: readonly number[];
  /** Undefined where the optimiser has none. */
  readonly weightDecay?: number;
  readonly update?: string;
}

/**
 * Removes flags that have no effect.
 * @param given flags with the optimiser's numbers settled
 * @throws InputError naming two flags that contradict each other, or a flag without effect unless another is set
 */
export function settleRegularisation<Given extends RegularisationFlags & Others>(given: Given): Given {
  const contradiction = contradictionIn(given);
  if (contradiction !== undefined) throw new InputError(contradiction);
  const { dropout, dropoutSchedule, decaySchedule, clipNorm, layerFactors, biasFactor, zeroOutput, ...others } = given;
  const said = saysOfRegularisation(given);
  const kept = REGULARISATION_NAMES.filter((name) => said[name] !== NOTHING[name]).map((name) => [name, given[name]]);
  return { ...others, ...Object.fromEntries(kept) } as Given;
}

function contradictionIn(given: RegularisationFlags & Others): InputFault | undefined {
  const { dropout = 0, dropoutSchedule, decaySchedule, clipNorm, layerFactors, hidden, weightDecay, update } = given;
  if (dropoutSchedule !== undefined && dropout === 0) {
    return {
      where: "--dropout-schedule",
      expected: "--dropout with it: there is nothing that it could be of",
      found: `${dropoutSchedule} alone`,
      remedy: "pass --dropout 0.2, or leave it out",
    };
  }
  if (decaySchedule !== undefined && weightDecay === undefined) {
    return {
      where: "--decay-schedule",
      expected: "an optimizer with weight decay, which adamw has",
      found: `${decaySchedule} without`,
      remedy: "pass --optimizer adamw, or leave it out",
    };
  }
  if (layerFactors !== undefined && layerFactors.length !== hidden.length + 1) {
    return {
      where: "--layer-factors",
      expected: `${hidden.length + 1} factors: one for each layer of --hidden ${hidden.join(",")}, and one for the output`,
      found: `${layerFactors.length}: ${layerFactors.join(",")}`,
      remedy: `pass for example ${Array.from({ length: hidden.length + 1 }, () => 1).join(",")}`,
    };
  }
  if (clipNorm !== undefined && (update === "slices" || update === "units")) {
    return {
      where: "--update",
      expected:
        "main or auto with --clip-norm: a norm is of the whole gradient, and no weight could be updated before it is known",
      found: `${update}, and --clip-norm ${clipNorm}`,
      remedy: "leave out one of the two",
    };
  }
  return undefined;
}

/** The meaning of a flag that is left out. */
const NOTHING: { readonly [Name in (typeof REGULARISATION_NAMES)[number]]: RegularisationFlags[Name] } = {
  dropout: 0,
  dropoutSchedule: "constant",
  decaySchedule: "constant",
  clipNorm: undefined,
  layerFactors: undefined,
  biasFactor: 1,
  zeroOutput: false,
};

/** The flags' values, with the default for each flag that is left out. */
export function saysOfRegularisation(flags: RegularisationFlags): RegularisationFlags {
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const { layerFactors, ...others } = { ...NOTHING, ...given } as RegularisationFlags;
  const areOnes = layerFactors?.every((factor) => factor === 1) ?? true;
  return areOnes ? others : { ...others, layerFactors: layerFactors! };
}

/** The options of `fit` for settled flags, or for a run's config. */
export function regularisationOf(
  flags: RegularisationFlags,
): Pick<FitOptions, "dropout" | "decaySchedule" | "clipNorm" | "factors"> {
  const { dropout, dropoutSchedule, decaySchedule, clipNorm, layerFactors, biasFactor } = flags;
  const factors = {
    ...(layerFactors === undefined ? {} : { layers: layerFactors }),
    ...(biasFactor === undefined ? {} : { biases: biasFactor }),
  };
  return {
    ...(dropout === undefined
      ? {}
      : { dropout: { rate: dropout, ...(dropoutSchedule === undefined ? {} : { schedule: dropoutSchedule }) } }),
    ...(decaySchedule === undefined ? {} : { decaySchedule }),
    ...(clipNorm === undefined ? {} : { clipNorm }),
    ...(Object.keys(factors).length === 0 ? {} : { factors }),
  };
}

/** Describes what depends on the total number of epochs; undefined where nothing does. */
export function followsFromEpochs({ dropoutSchedule, decaySchedule }: RegularisationFlags): string | undefined {
  if (dropoutSchedule === "flat-cosine")
    return `its dropout follows from how many there are in all (${dropoutSchedule})`;
  if (decaySchedule === "flat-cosine")
    return `its weight decay follows from how many there are in all (${decaySchedule})`;
  return undefined;
}

/** Reads the regularisation from a run's config. @throws InputError naming a field that is not valid for a run */
export function readRegularisation(field: Field, others: Others): RegularisationFlags {
  const optional = <Value>(name: keyof RegularisationFlags, read: (of: Field) => Value): { [key: string]: Value } => {
    const found = field.at(name);
    return found.value === undefined ? {} : { [name]: read(found) };
  };
  const number = (fits: (value: number) => boolean, expected: string) => (of: Field) =>
    fits(of.number()) ? of.number() : of.fail(expected);
  const read: RegularisationFlags = {
    ...optional(
      "dropout",
      number((p) => p > 0 && isDropoutRate(p), "a number above 0 and below 1"),
    ),
    ...optional("dropoutSchedule", (of) => of.oneOf(["flat-cosine"] as const)),
    ...optional("decaySchedule", (of) => of.oneOf(["flat-cosine"] as const)),
    ...optional("clipNorm", number(isPositiveF32, POSITIVE_F32)),
    ...optional("layerFactors", (of) => of.map(number(isRateFactor, FACTOR))),
    ...optional("biasFactor", number(isRateFactor, FACTOR)),
    ...optional("zeroOutput", (of) => of.boolean()),
  };
  const contradiction = contradictionIn({ ...read, ...others });
  if (contradiction !== undefined) field.at(nameOf(contradiction.where)).fail(contradiction.expected);
  return read;
}

function nameOf(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
