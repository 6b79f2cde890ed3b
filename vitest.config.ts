import { defineConfig } from "vitest/config";

/** What takes long, in files of its own. */
const LONG = "test/**/*.long.test.ts";

export default defineConfig({
  test: {
    globalSetup: "test/support/compile-cache.ts",
    // Workers, signals and exit codes are under test: processes of their own, not threads of one.
    pool: "forks",
    // One file a core, on all of them.
    maxWorkers: "100%",
    // They end what hangs, nothing else: a machine that others load may take ten times as long.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    teardownTimeout: 120_000,
    expect: { poll: { timeout: 600_000 } },
    projects: [
      // The files of a process share its modules: to load them for each file took a fifth of the time. No file may change
      // what others see; those that do (prototypes, the environment) restore it.
      { extends: true, test: { name: "quick", include: ["test/**/*.test.ts"], exclude: [LONG], isolate: false } },
      {
        extends: true,
        test: {
          name: "long",
          include: [LONG],
          globalSetup: ["test/support/compile-cache.ts", "test/support/built-packages.ts"],
        },
      },
    ],
  },
});
