// Adds up what vitest and Playwright wrote and prints the closing line; exits 1 when anything failed or nothing ran.

import { readFileSync } from "node:fs";

const otherFailure = process.argv[2] === "1";

/** Counts of one results file; a file that is missing or torn counts as one failure. */
function counts(file, read) {
  try {
    return read(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    process.stdout.write(`no results in ${file}: ${error.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const couldNotLoad = ({ status, assertionResults }) =>
  status === "failed" && assertionResults.every((test) => test.status !== "failed");
const readVitest = (results) => ({
  passed: results.numPassedTests,
  // A file that could not even be loaded has no failed test in it, and counts as one.
  failed: results.numFailedTests + results.testResults.filter(couldNotLoad).length,
  skipped: results.numPendingTests,
});
const fast = counts("test-results/fast.json", readVitest);
const beside = counts("test-results/beside.json", readVitest);
const alone = counts("test-results/alone.json", readVitest);
const browser = counts("test-results/browser.json", ({ stats }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky,
  skipped: stats.skipped,
}));

const all = [fast, beside, alone, browser];
const total = (field) => all.reduce((sum, part) => sum + part[field], 0);
const passed = total("passed");
const skipped = total("skipped");
let failed = total("failed");
if (skipped > 0 && process.env.CI) failed += skipped;
if (failed === 0 && (otherFailure || passed === 0)) failed = 1;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
