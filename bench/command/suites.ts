/** The suites, with their descriptions and flags. A suite is loaded only when it runs. */
import type { Measured } from "./options.ts";
import type { Suite } from "./run-suite.ts";

export interface SuiteEntry {
  readonly description: string;
  readonly takes: readonly Measured[];
  readonly run: Suite;
}

export const SUITES: Readonly<Record<string, SuiteEntry>> = {
  scaling: {
    description:
      "more and more workers against core alone and against one, the weights' SHA-256 of every point compared; time to an accuracy; where the time goes",
    takes: ["quick", "job", "workers", "rounds"],
    run: async (context) => (await import("../suites/scaling.ts")).scaling(context),
  },
  step: {
    description: "where the time of a step goes, thread by thread, in microseconds",
    takes: ["job", "workers", "rounds"],
    run: async (context) => (await import("../suites/step.ts")).stepReport(context),
  },
  reduce: {
    description:
      "the barrier and the all-reduce of a step against size and threads, in the manner of nccl-tests; sums are checked",
    takes: ["quick", "workers", "rounds"],
    run: async (context) => (await import("../suites/reduce.ts")).reduceReport(context),
  },
  plan: {
    description:
      "from step, reduce and a network's figures, the throughput of many machines and what limits it; how wrong the same formula is here",
    takes: ["quick", "job", "workers", "rounds", "cluster"],
    run: async (context) => (await import("../suites/plan.ts")).planReport(context),
  },
  kernels: {
    description:
      "each kernel at the sizes of the jobs under the machine's roofline: multiplications, and memory in and beyond the caches",
    takes: ["quick", "rounds"],
    run: async (context) => (await import("../suites/kernels.ts")).kernelReport(context),
  },
  functions: {
    description: "exp, log and tanh beside the engine's own",
    takes: ["quick", "rounds"],
    run: async (context) => (await import("../suites/kernels.ts")).functionReport(context),
  },
  peers: {
    description:
      "the jobs in NumPy, PyTorch, scikit-learn, TensorFlow.js and brain.js, in turns; all but PyTorch are installed, for the run, where they are not found",
    takes: ["quick", "job", "rounds", "install"],
    run: async (context) => (await import("../suites/peers.ts")).peersReport(context),
  },
  mpi: {
    description: "sums over ranks along our tree, beside MPI_Allreduce's; needs an MPI",
    takes: ["quick"],
    run: async (context) => (await import("../suites/mpi.ts")).mpiReport(context),
  },
  data: {
    description: "reading a table of images, beside pandas where Python has it",
    takes: ["quick", "rounds"],
    run: async (context) => (await import("../suites/reading.ts")).readingReport(context),
  },
  busy: {
    description: "eight workers against one while other processes take all cores",
    takes: [],
    run: async () => (await import("../suites/busy.ts")).busyReport(),
  },
  memory: {
    description: "planned against measured peak memory, for twelve shapes",
    takes: [],
    run: async () => (await import("../suites/memory.ts")).memoryReport(),
  },
  before: {
    description: "this checkout beside another one, in turns",
    takes: ["job", "rounds"],
    run: async (context) => (await import("../suites/before.ts")).beforeReport(context),
  },
  accuracy: {
    description: "scores on tables, beside scikit-learn's",
    takes: [],
    run: async () => (await import("../suites/accuracy.ts")).accuracyReport(),
  },
};
