/** The command line in this process, for what it refuses: a process of its own takes half a second to start. */
import { commandLine, exitCodeOf, explain } from "@scratch-nn/cli";

export interface Refused {
  /** As the process would exit; 0 where nothing was refused. */
  readonly code: number;
  /** The message that it would print. */
  readonly stderr: string;
}

/** Runs these arguments, the command's name first, in a folder, which this process is in meanwhile. */
export async function refusal(args: readonly string[], { cwd }: { readonly cwd: string }): Promise<Refused> {
  const home = process.cwd();
  process.chdir(cwd);
  try {
    await commandLine(() => {}).parseAsync([...args], { from: "user" });
    return { code: 0, stderr: "" };
  } catch (error) {
    return { code: exitCodeOf(error), stderr: `${explain(error, `pnpm ${args[0]} --help`)}\n` };
  } finally {
    process.chdir(home);
  }
}
