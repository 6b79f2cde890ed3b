/** Reads and validates the settings that determine a run's weights, from config.json or the header of a checkpoint. */
import { ACTIVATIONS, INITIALISATIONS } from "@scratch-nn/core";
import type { Field } from "@scratch-nn/core/engine";
import { SCALES } from "@scratch-nn/data";
import { RECIPES } from "../recipes/portfolio.ts";
import { DELIMITERS } from "./flags.ts";
import { MOST, MOST_SEED, MOST_SHARDS, MOST_UNITS } from "./limits.ts";
import { readLossFlags } from "./loss-flags.ts";
import { NOTES_DEFAULTS, NOTES_RATE } from "./notes-defaults.ts";
import { readOptimizer, readSchedule } from "./optimizer-flags.ts";
import { readRegularisation } from "./regularisation-flags.ts";
import type { RunConfig } from "./run-config.ts";
import { MOST_FOLDS } from "./trial-flags.ts";
import { readValidation } from "./validation-flags.ts";

type Optional = <Value>(name: string, read: (of: Field) => Value) => { [key: string]: Value };

function optionalIn(field: Field): Optional {
  return (name, read) => {
    const found = field.at(name);
    return found.value === undefined ? {} : { [name]: read(found) };
  };
}

/** @throws InputError naming a field that is not valid for a run */
export function readRunConfig(field: Field): RunConfig {
  const optional = optionalIn(field);
  const recipe = optional("recipe", (of) => of.oneOf(RECIPES));
  // The recipe implies these settings; older runs list the notes' flags beside it.
  if ("recipe" in recipe && field.at("hidden").value === undefined) {
    return { ...besidesTraining(field), ...NOTES_DEFAULTS, lr: NOTES_RATE, ...recipe };
  }
  if (field.at("hidden").size() === 0) field.at("hidden").fail("the units of at least one hidden layer");
  const hidden = field.at("hidden").map((units) => units.whole(1, MOST_UNITS));
  const optimizer = readOptimizer(field);
  return {
    ...besidesTraining(field),
    hidden,
    activation: field.at("activation").oneOf(ACTIVATIONS),
    init: field.at("init").oneOf(INITIALISATIONS),
    batchSize: field.at("batchSize").value === "full" ? "full" : field.at("batchSize").whole(1, MOST),
    lr: field.at("lr").factor(),
    ...optimizer,
    ...readSchedule(field),
    ...readRegularisation(field, { hidden, ...optimizer }),
    ...readValidation(field),
    ...optional("shards", (of) => of.whole(1, MOST_SHARDS)),
    ...recipe,
    epochs: field.at("epochs").whole(1, MOST),
  };
}

/** Reads the data, their task, and how networks are combined. */
function besidesTraining(field: Field): Omit<RunConfig, keyof typeof NOTES_DEFAULTS | "lr"> {
  const optional = optionalIn(field);
  const names = (of: Field): string[] => of.map((item) => item.string());
  return {
    data: pathIn(field.at("data")),
    ...optional("examples", (of) => of.whole(2, MOST)),
    ...optional("testFraction", (of) => (of.number() >= 0 && of.number() < 1 ? of.number() : of.fail("0 to below 1"))),
    ...optional("label", (of) => (Array.isArray(of.value) ? names(of) : of.string())),
    ...optional("delimiter", (of) => of.oneOf(Object.values(DELIMITERS))),
    ...optional("encoding", (of) => of.string()),
    ...optional("header", (of) => of.boolean()),
    scale: field.at("scale").oneOf(SCALES),
    ...optional("drop", names),
    ...optional("categorical", names),
    ...optional("numeric", names),
    ...readLossFlags(field),
    seed: field.at("seed").whole(0, MOST_SEED),
    ...optional("folds", (of) => of.whole(2, MOST_FOLDS)),
    ...optional("ensemble", (of) => of.boolean()),
  };
}

/** Node's file functions throw their own errors at a NUL. */
function pathIn(field: Field): string {
  return field.string().includes("\0") ? field.fail("a path without NUL in it") : field.string();
}
