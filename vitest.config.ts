import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Workers, signals and exit codes are under test: processes of their own, not threads of one.
    pool: "forks",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
