import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { FeedItem } from "../../../src/probes/healer-claims.ts";
import { listenTo } from "../../builders/listen-to.ts";

const isClaim = (type: string) => (event: FeedItem) => event.kind === "claim" && event.claim.type === type;
const isState = (state: string) => (event: FeedItem) => event.kind === "feed" && event.state === state;

it("lines of a log that fit say what their groups hold, from the first look on, whole ones alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rebound-log-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "supervisord.log");
  await writeFile(file, "INFO exited: web-2 (before anybody listened)\n");
  const { events, until } = listenTo({
    kind: "log",
    file,
    resolutionMs: 0,
    names: {},
    lines: [
      { matches: "exited: (?<replica>[\\w-]+)", type: "detected", class: "gone" },
      { matches: "spawned: '(?<replica>[\\w-]+)'", type: "action.finished", pathway: "restart", outcome: "done" },
    ],
  });
  await until(isState("alive"));
  await appendFile(file, "INFO exited: web-1 (terminated by SIGKILL)\nINFO spawned: 'we");
  const gone = await until(isClaim("detected"));
  expect(gone).toMatchObject({
    claim: {
      class: "gone",
      scope: { service: "web", replica: "web-1" },
      reasons: ["INFO exited: web-1 (terminated by SIGKILL)"],
    },
  });
  await appendFile(file, "b-1' with pid 7\n");
  const back = await until(isClaim("action.finished"));
  expect(back).toMatchObject({ claim: { pathway: "restart", outcome: "done", scope: { replica: "web-1" } } });
  const incidents = events.flatMap((event) => (event.kind === "claim" ? [event.claim.incident] : []));
  expect(new Set(incidents).size).toBe(1);
  await truncate(file);
  await appendFile(file, "exited: web-2\n");
  await until((event) => event.kind === "claim" && event.claim.scope.replica === "web-2");
  expect(events.filter(({ kind }) => kind === "trouble")).toEqual([]);
});

it("a log is no open source before it is there, is read on when it is rotated, and lives once all is read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rebound-log-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "stack.log");
  const lines = [{ matches: "down: (?<replica>web-.)", type: "detected" }] as const;
  const { events, until } = listenTo({ kind: "log", file, resolutionMs: 0, names: {}, lines });
  expect(await until(isState("refused"))).toMatchObject({ reason: "the log is not there" });
  expect(events.some(isState("open"))).toBe(false);
  await writeFile(file, "down: web-1\n");
  await until(isClaim("detected"));
  await rename(file, `${file}.1`);
  await writeFile(file, `down: web-2 ${"x".repeat(100)}\n`);
  await until((event) => event.kind === "claim" && event.claim.scope.replica === "web-2");
  expect(events.filter(isState("lost"))).toMatchObject([{ reason: expect.stringContaining("began anew") as string }]);
  await writeFile(`${file}.new`, `${"x".repeat(4 * 1024 * 1024)}\ndown: web-1 at the end\n`);
  await rename(`${file}.new`, file);
  const before = events.length;
  const last = await until((event) => isClaim("detected")(event) && events.indexOf(event) >= before);
  // A look may have been under way.
  expect(events.slice(before, events.indexOf(last)).filter(isState("alive")).length).toBeLessThan(2);
});

it("a log whose lines take an expression for ever is lost for good, and holds nobody up", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rebound-log-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "stack.log");
  const lines = [
    { matches: "^(?:[a-z]+ ?)+ is down$", type: "detected" },
    { matches: "down: (?<replica>web-.)", type: "detected" },
  ] as const;
  await writeFile(file, "");
  const { until, over } = listenTo({ kind: "log", file, resolutionMs: 0, names: {}, lines });
  await until(isState("open"));
  await appendFile(file, `${"web ".repeat(30)}!\ndown: web-1\n`);
  expect(await until(isState("lost"))).toMatchObject({
    reason: expect.stringContaining("[a-z]+ ?)+ is down") as string,
  });
  await over;
});
