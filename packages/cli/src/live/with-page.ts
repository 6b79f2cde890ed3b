/** Trains and shows a run with its page, and resumes it on request until the user ends it. */
import { InputError } from "@scratch-nn/core";
import { Command } from "commander";
import { addTrainOptions, type GivenOptions } from "../options/train-options.ts";
import { FailureError } from "../output/exit.ts";
import type { Interrupts } from "../run/interrupts.ts";
import { resumeRun } from "../run/resume.ts";
import type { Watcher } from "../run/watcher.ts";
import { keptAddress } from "./address.ts";
import { LivePage, type PageOptions } from "./live-page.ts";

export interface PageFlags {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** What to do with the page before the user asks for anything. */
export interface Beginning {
  /** The folder of the run that the page shows, where it exists already. */
  readonly run: string | undefined;
  /** Flags of a resumed run that change no bit; train's own defaults where absent. */
  readonly options?: GivenOptions;
  readonly act: (page: LivePage & Watcher) => Promise<void>;
}

/**
 * Opens a page, runs the beginning, and then serves the page's requests until the user ends it, there or with Ctrl-C.
 * @throws InputError when the page cannot be opened at the given address
 */
export async function withPage(flags: PageFlags, beginning: Beginning, interrupts: Interrupts): Promise<void> {
  const { run, act } = beginning;
  const page = await openPage(flags, run === undefined ? undefined : keptAddress(run));
  process.stderr.write(`the page is at ${page.address}\n`);
  try {
    await act(page);
    while (interrupts.exitCode === undefined && !page.isEnding) {
      interrupts.whileSaving(() => page.wishes.want("end"));
      process.stderr.write(`the page stays at ${page.address} until Ctrl-C\n`);
      if ((await page.wishes.next()) === "end") break;
      await goOn(page, beginning, interrupts);
    }
  } catch (error) {
    page.publish({ kind: "phase", phase: "failed", message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    await page.close();
  }
}

async function goOn(page: LivePage, { run, options = defaults() }: Beginning, interrupts: Interrupts): Promise<void> {
  const folder = page.release() ?? run;
  if (folder === undefined) return;
  process.exitCode = 0;
  // By now the run's folder is known.
  const { out: _, ...others } = options;
  await resumeRun(folder, others, new Set(), interrupts, { watcher: page });
}

function defaults(): GivenOptions {
  return addTrainOptions(new Command()).parse([], { from: "user" }).opts<GivenOptions>();
}

async function openPage(
  { host, port }: PageFlags,
  kept: { port: number; token: string } | undefined,
): Promise<LivePage> {
  // An open page reconnects to the old address, where that is free.
  const wanted: PageOptions[] = [
    { host, port: port ?? kept?.port, token: kept?.token },
    { host, port },
  ];
  const [first, other] = kept === undefined ? wanted.slice(1) : wanted;
  try {
    return await LivePage.open(first).catch((error: NodeJS.ErrnoException) => {
      if (other === undefined || port !== undefined || error.code !== "EADDRINUSE") throw error;
      return LivePage.open(other);
    });
  } catch (cause) {
    throw cause instanceof FailureError ? cause : cannotListen({ host, port }, cause as NodeJS.ErrnoException);
  }
}

function cannotListen({ host, port }: PageFlags, cause: NodeJS.ErrnoException): unknown {
  if (cause.code === undefined || cause.syscall === undefined) return cause;
  const isPort = cause.code === "EADDRINUSE" || cause.code === "EACCES";
  return new InputError(
    {
      where: isPort ? "--ui-port" : "--ui-host",
      expected: isPort ? "a port that is free" : "an address of this machine",
      found: `${isPort ? port : host} (${cause.code})`,
      remedy: isPort ? "name another one, or leave it out" : "leave it out: the page is for this machine then",
    },
    { cause },
  );
}
