import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Workers, signals and exit codes are under test: processes of their own, not threads of one.
    pool: "forks",
    // They end what hangs, nothing else: a machine that others load may take ten times as long.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    teardownTimeout: 120_000,
  },
});
