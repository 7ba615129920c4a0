import { defineConfig } from "vitest/config";

const realProcesses = ["test/e2e/**/*.test.ts", "test/contract/**/*.test.ts"];
/** Files whose verdicts or figures need the machine for themselves: whole suites, and what measures processors. */
const alone = [
  "test/e2e/main-job.test.ts",
  "test/e2e/readme.test.ts",
  "test/e2e/sabotage.test.ts",
  "test/e2e/side-by-side.test.ts",
  "test/e2e/starved.test.ts",
  "test/contract/keep-awake.test.ts",
  "test/contract/oracle.test.ts",
  "test/contract/pressure.test.ts",
];
const withProcesses = {
  globalSetup: ["test/support/prepare-stack.ts"],
  testTimeout: 180_000,
  hookTimeout: 180_000,
};

// `fast`: pure and in-process tests, run by `npm run check`. `beside`: tests that start real processes and mostly wait
// for them, several files at a time. `alone`: those that need the machine for themselves, one file at a time.
export default defineConfig({
  test: {
    projects: [
      // A limit against hanging, not against slowness: machines are shared.
      { test: { name: "fast", include: ["test/**/*.test.ts"], exclude: realProcesses, testTimeout: 60_000 } },
      { test: { name: "beside", include: realProcesses, exclude: alone, ...withProcesses } },
      { test: { name: "alone", include: alone, ...withProcesses, fileParallelism: false } },
    ],
  },
});
