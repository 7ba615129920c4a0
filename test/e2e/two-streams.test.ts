// Two streams on the echo target: an edge that only one of them uses is slow, and the rate of the other one alone is
// changed. What each request shows is known beforehand.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { makeSandbox, projectRoot, rebound } from "../support/rebound-process.ts";
import { readTrials } from "../support/read-trials.ts";

const change = "  - fault: load.change\n    with: { times: 2, stream: hello }\n    for: 1500ms\n";

it("each stream shows what was done to it, and nothing of what was done to the other", async () => {
  await using sandbox = await makeSandbox();
  const shipped = await readFile(join(projectRoot, "experiments/load/one-stream-hurt.yaml"), "utf8");
  const file = join(dirname(sandbox.out), "experiments/load/two.yaml");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, shipped.replace("\nwatch:", `${change}\nwatch:`));
  const run = await rebound(["run", file, "--out", sandbox.out], sandbox);
  const [trial] = await readTrials(join(sandbox.out, "latest"));
  if (trial === undefined) throw new Error(run.text);
  const { timeline } = trial;
  const steps = timeline.flatMap((event) => (event.kind === "fault" ? [event] : []));
  const at = (index: number, step: string): number =>
    steps.find((event) => event.disturbance === index && event.step === step)?.at ?? Number.NaN;
  const requests = timeline.flatMap((event) => (event.kind === "request" ? [event] : []));
  const within = (stream: string | undefined, from: number, to: number) =>
    requests.filter((request) => request.stream === stream && request.intended >= from && request.intended < to);

  // Half of the requests to echo go by the slow edge: 300 ms, where the front takes a few.
  const slow = [at(0, "confirmed"), at(0, "reverting")] as const;
  const echo = within(undefined, ...slow);
  const took = ({ done, intended }: (typeof requests)[number]): number => (done ?? Infinity) - intended;
  expect(echo.length).toBeGreaterThan(40);
  const hurt = echo.filter((request) => took(request) >= 300).length;
  expect(Math.abs(hurt - echo.length / 2)).toBeLessThan(echo.length / 5);
  const hello = within("hello", ...slow).map(took);
  expect(hello.length).toBeGreaterThan(24);
  expect(hello.toSorted((a, b) => a - b)[Math.floor(hello.length / 2)]).toBeLessThan(150);

  // Its rate is 24/s, and twice that while it is changed; that of echo is 40/s all the time.
  const changed = [at(1, "confirmed"), at(1, "confirmed") + 1000] as const;
  const before = [at(0, "applying") - 1000, at(0, "applying")] as const;
  const dueOf = (stream: string | undefined) => [before, changed].map((span) => within(stream, ...span).length);
  for (const [index, due] of [24, 48].entries()) expect(Math.abs((dueOf("hello")[index] ?? 0) - due)).toBeLessThan(3);
  for (const due of dueOf(undefined)) expect(Math.abs(due - 40)).toBeLessThan(3);
});
