import { defineConfig } from "vitest/config";

/** Tests that take long have files of their own. */
const LONG = "test/**/*.long.test.ts";

export default defineConfig({
  test: {
    globalSetup: "test/support/compile-cache.ts",
    // Tests of workers, signals and exit codes need processes rather than threads of one.
    pool: "forks",
    // One file per core, on all cores.
    maxWorkers: "100%",
    // The limits only end tests that hang: a machine under load may take ten times as long.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    teardownTimeout: 120_000,
    expect: { poll: { timeout: 600_000 } },
    projects: [
      // The files of a process share its modules: loading them for each file took a fifth of the time. No file may
      // change what others see; those that change prototypes or the environment restore them.
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
