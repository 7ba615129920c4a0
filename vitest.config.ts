import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const realProcesses = ["test/e2e/**/*.test.ts", "test/contract/**/*.test.ts", "test/clients/*.test.ts"];
/** Files whose verdicts or figures need the machine for themselves: whole suites, and what measures processors. */
const alone = [
  "test/e2e/main-job.test.ts",
  "test/e2e/readme.test.ts",
  "test/e2e/sabotage.test.ts",
  "test/e2e/side-by-side.test.ts",
  "test/e2e/soak-placebo.test.ts",
  "test/e2e/starved.test.ts",
  "test/contract/pressure.test.ts",
  // Hundreds of processes one after the other: not timed itself, and hard on whatever is timed beside it.
  "test/contract/step-boundaries.test.ts",
  // They work the processors without waiting for anybody: what is beside them would be starved.
  "test/e2e/language-model.test.ts",
  "test/clients/clients.test.ts",
  "test/clients/client-source.test.ts",
];
/**
 * Files that need a calm machine, on stacks so small that two of them leave it calm: for their verdicts, or since they
 * wait for a fault that no trial injects whose baseline was starved.
 */
const calm = [
  "test/e2e/agent.test.ts",
  "test/e2e/enough-trials.test.ts",
  "test/e2e/external-toxiproxy.test.ts",
  "test/e2e/foreign.test.ts",
  "test/e2e/no-healer.test.ts",
  "test/contract/oracle.test.ts",
  "test/contract/blinded.test.ts",
  "test/contract/own-k6.test.ts",
  "test/e2e/workflows.test.ts",
  "test/e2e/interrupted-run.test.ts",
  "test/e2e/killed-with-watchdog.test.ts",
  "test/e2e/own-trouble.test.ts",
  "test/e2e/reasons.test.ts",
  "test/e2e/slow-failures.test.ts",
  "test/e2e/stop-and-abort.test.ts",
  "test/e2e/calibrate.test.ts",
  "test/e2e/sweep.test.ts",
  "test/e2e/tonight.test.ts",
  "test/e2e/watchdog.test.ts",
];
const withProcesses = {
  globalSetup: ["test/support/prepare-stack.ts"],
  testTimeout: 180_000,
  hookTimeout: 180_000,
};

/** Many of them wait for timers, so one more than there are processors is no burden. */
const maxWorkers = availableParallelism() + 1;
/** Files that measure this process's memory: what other files left in it would count too. */
const fresh = ["test/unit/**/memory.test.ts"];

// `fast`: pure and in-process tests, run by `npm run check`; files share a process, so that each module is loaded
// once in it, and not once a file. `fresh`: those of them that need a process of their own. `beside`: tests that
// start real processes and mostly wait for them, several files at a time. `calm`: two files at a time. `alone`: those
// that need the machine for themselves, one file at a time.
export default defineConfig({
  test: {
    projects: [
      // A limit against hanging, not against slowness: machines are shared.
      {
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: ["**/node_modules/**", ...realProcesses, ...fresh],
          testTimeout: 60_000,
          isolate: false,
          restoreMocks: true,
          maxWorkers,
        },
      },
      { test: { name: "fresh", include: fresh, testTimeout: 60_000, maxWorkers } },
      {
        test: {
          name: "beside",
          include: realProcesses,
          exclude: [...alone, ...calm],
          ...withProcesses,
          globalSetup: ["test/support/share-engine.ts"],
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { name: "calm", include: calm, ...withProcesses, maxWorkers: 2, sequence: { groupOrder: 2 } } },
      {
        test: { name: "alone", include: alone, ...withProcesses, fileParallelism: false, sequence: { groupOrder: 3 } },
      },
    ],
  },
});
