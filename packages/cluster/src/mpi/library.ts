/** Finds and loads the system's MPI library. */
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { InputError } from "@scratch-nn/core";
import type Koffi from "koffi";
import type { Launch } from "../launch.ts";
import {
  FLAVOUR_NAMES,
  type Flavour,
  type HandleName,
  LIBRARIES,
  MPICH_HANDLES,
  OPENMPI_HANDLES,
  OPENMPI_SYMBOL,
} from "./flavours.ts";

/** The variable that names the library's file, if it is in another place or another library is wanted. */
export const LIBRARY_VARIABLE = "SCRATCH_NN_MPI";

/**
 * Leaves signals to Node: WebAssembly needs SIGSEGV. Otherwise Open MPI, and UCX below MPICH, would handle them, to
 * print where in their own code a process was when another was lost.
 */
const QUIET = { OMPI_MCA_opal_signal: "6", UCX_HANDLE_ERRORS: "none", UCX_ERROR_SIGNALS: "" } as const;

/** A library that koffi has loaded. */
type Loaded = ReturnType<typeof Koffi.load>;

export interface MpiLibrary {
  readonly lib: Loaded;
  readonly flavour: Flavour;
  /** The handles in the form that the functions take. */
  readonly handles: Readonly<Record<HandleName, unknown>>;
  /** The handles' type in C. */
  readonly handleType: "void *" | "int";
}

const processesOf = ({ size }: Launch): string => (size === undefined ? "this process" : `${size} processes`);

/** @throws InputError if koffi or the library is missing */
export async function loadMpi(launch: Launch): Promise<MpiLibrary> {
  const { default: koffi } = await import("koffi").catch((cause: unknown) => {
    throw new InputError(
      {
        where: launch.by,
        expected: `koffi, through which MPI's library is called by ${processesOf(launch)}`,
        found: "no such package, or not for this system",
        remedy: "install it (npm install koffi), or start one process without a launcher",
      },
      { cause },
    );
  });
  for (const [name, value] of Object.entries(QUIET)) process.env[name] ??= value;
  const tried: string[] = [];
  for (const path of candidates(launch.flavour)) {
    try {
      const lib = koffi.load(path);
      const flavour = flavourOf(lib);
      if (launch.flavour !== undefined && flavour !== launch.flavour)
        tried.push(`${path} is ${FLAVOUR_NAMES[flavour]}`);
      else return withHandles(lib, flavour);
    } catch {
      tried.push(path);
    }
  }
  throw new InputError({
    where: launch.by,
    expected: `the library of ${launch.flavour === undefined ? "an MPI" : FLAVOUR_NAMES[launch.flavour]}, whose launcher has started ${processesOf(launch)}`,
    found: `none of ${tried.join(", ")}`,
    remedy: `install it, start with the launcher of the MPI that is there, or name the library's file in ${LIBRARY_VARIABLE}`,
  });
}

function flavourOf(lib: Loaded): Flavour {
  try {
    lib.symbol(OPENMPI_SYMBOL, "void *");
    return "openmpi";
  } catch {
    return "mpich";
  }
}

function withHandles(lib: Loaded, flavour: Flavour): MpiLibrary {
  if (flavour === "mpich") return { lib, flavour, handles: MPICH_HANDLES, handleType: "int" };
  const entries = Object.entries(OPENMPI_HANDLES).map(([name, symbol]) => [name, lib.symbol(symbol, "void *")]);
  return { lib, flavour, handles: Object.fromEntries(entries), handleType: "void *" };
}

/**
 * The possible places of the library: the user's choice, or else the system's search path, then beside the launcher.
 */
function candidates(flavour: Flavour | undefined): readonly string[] {
  const named = process.env[LIBRARY_VARIABLE];
  if (named !== undefined && named !== "") return [named];
  const names = [...new Set(flavour === undefined ? Object.values(LIBRARIES).flat() : LIBRARIES[flavour])];
  const beside = launcherLibraries();
  return [...names, ...(beside === undefined ? [] : names.map((name) => join(beside, name)).filter(existsSync))];
}

function launcherLibraries(): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const launcher = join(folder, "mpirun");
    if (folder !== "" && existsSync(launcher)) return join(dirname(dirname(realpathSync(launcher))), "lib");
  }
  return undefined;
}
