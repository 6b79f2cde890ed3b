/** Recognises flags by the names that other programs give them. */

import { nearest } from "@scratch-nn/core/engine";
import { type Command, CommanderError } from "commander";
import { flagsByKey, OTHER_NAMES } from "./config-keys.ts";

/** @returns commander's error; for an unknown flag with another name here, an error that names it */
export function withOtherName(error: CommanderError, command: Command): CommanderError {
  const flag = /^error: unknown option '--([^'=]+)[^']*'$/.exec(error.message)?.[1];
  if (error.code !== "commander.unknownOption" || flag === undefined) return error;
  const flags = flagsByKey(command);
  if (flags.size === 0) return error;
  const near = nearest(flag, [...flags.keys()], OTHER_NAMES);
  const known = near === undefined ? undefined : flags.get(near)?.long;
  if (known === undefined) return error;
  return new CommanderError(error.exitCode, error.code, `${error.message}\n(Did you mean ${known}?)`);
}
