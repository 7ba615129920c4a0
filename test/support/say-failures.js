// Prints what failed, each with its message, from the files that vitest and Playwright wrote: CI shows only the
// beginning of a log.

import { existsSync, readFileSync } from "node:fs";

const longest = 3_000;
const say = (title, messages) => {
  const text = messages.join("\n");
  process.stdout.write(`✗ ${title}\n${text.length > longest ? `${text.slice(0, longest)} …` : text}\n`);
};

for (const part of ["fast", "beside", "alone"]) {
  for (const file of results(part)?.testResults ?? []) {
    if (file.status === "failed" && file.message) say(file.name, [file.message]);
    for (const test of file.assertionResults.filter(({ status }) => status === "failed")) {
      say(`${file.name}: ${test.fullName}`, test.failureMessages);
    }
  }
}
const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
for (const spec of (results("browser")?.suites ?? []).flatMap(specsOf).filter(({ ok }) => !ok)) {
  const runs = spec.tests.flatMap((test) => test.results);
  say(
    `${spec.file}: ${spec.title}`,
    runs.flatMap(({ errors }) => errors.map(({ message }) => message ?? "")),
  );
}

/** The parsed results file, or undefined where that part has not run. */
function results(part) {
  const path = `test-results/${part}.json`;
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}
