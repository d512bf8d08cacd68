// Owns how vitest runs: where the tests are, their time limits and the coverage bound. Knows no single test.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Makes an environment of its own once, which takes half a minute.
const python = ["test/e2e/python/*.test.ts"];
const alone = [
  "test/e2e/pressure.test.ts",
  "test/e2e/hang-up.test.ts",
  "test/core/motion/leaks.test.ts",
  "test/budgets/budgets.test.ts",
];

const core = ["test/core/**/*.test.ts"];
// Real sockets and a real Redis on a shared machine: in CI once more, and the report names what needed it.
const sockets = ["test/e2e/**/*.test.ts", "test/mcp/*.test.ts"];
const redis = ["test/core/stores/redis-*.test.ts"];
const retry = process.env.CI === undefined ? 0 : 1;

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // For the programs that tests start: each would compile the same modules again.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url)) },
    // Of processes and sockets half of the time is waiting: for Redis, for replicas, for timeouts.
    maxWorkers: 2,
    projects: [
      // One process reads the modules once for all of these: that halves their time.
      {
        extends: true,
        test: {
          name: "core",
          include: core,
          exclude: [...sockets, ...redis, ...alone],
          isolate: false,
          setupFiles: ["test/core/seed.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "programs",
          include: ["test/**/*.test.ts"],
          exclude: [...core, ...sockets, ...redis, ...alone],
        },
      },
      {
        extends: true,
        test: {
          name: "sockets",
          include: sockets,
          exclude: [...alone, ...python],
          retry,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "redis",
          include: redis,
          retry,
          setupFiles: ["test/core/seed.ts"],
          sequence: { groupOrder: 1 },
        },
      },
      // Memory and waits are measured: these run one by one, when the others have ended.
      {
        extends: true,
        test: { name: "alone", include: [...alone], fileParallelism: false, sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        test: { name: "python", include: python, fileParallelism: false, sequence: { groupOrder: 3 } },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["core/**/*.ts", "gateway/**/*.ts", "sidecar/**/*.ts", "mock/**/*.ts", "cli/**/*.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 85 },
    },
  },
});
