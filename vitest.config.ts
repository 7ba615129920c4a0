import { defineConfig } from "vitest/config";

const realProcesses = ["test/e2e/**/*.test.ts", "test/contract/**/*.test.ts"];

// `fast`: pure and in-process tests, run by `npm run check`. `real`: tests that start real processes, one file at a time.
export default defineConfig({
  test: {
    projects: [
      // A limit against hanging, not against slowness: machines are shared.
      { test: { name: "fast", include: ["test/**/*.test.ts"], exclude: realProcesses, testTimeout: 60_000 } },
      {
        test: {
          name: "real",
          include: realProcesses,
          globalSetup: ["test/support/prepare-stack.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
