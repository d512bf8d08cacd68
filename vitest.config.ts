// Owns how vitest runs: where the tests are, their time limits and the coverage bound. Knows no single test.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["core/**/*.ts", "gateway/**/*.ts", "sidecar/**/*.ts", "mock/**/*.ts", "cli/**/*.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 85 },
    },
  },
});
