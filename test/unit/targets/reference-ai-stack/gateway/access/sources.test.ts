import { expect, it } from "vitest";
import { createSources, WINDOW_MS } from "../../../../../../targets/reference-ai-stack/gateway/access/sources.ts";

function stand() {
  const clock = { ms: 1000 };
  const sources = createSources(() => clock.ms);
  const view = (source: string) => sources.list().find((one) => one.source === source);
  return { clock, sources, view };
}

it("counts the log-ins of the last seconds, and the same wrong one once", () => {
  const { clock, sources, view } = stand();
  for (const guess of ["a", "b", "b", "b"]) sources.refused("127.0.0.9", guess);
  sources.accepted("127.0.0.9", "ann");
  expect(view("127.0.0.9")).toMatchObject({ tried: 5, refused: 4, guesses: 2, refusedInAll: 4 });
  clock.ms += WINDOW_MS;
  sources.refused("127.0.0.9", "c");
  expect(view("127.0.0.9")).toMatchObject({ tried: 1, refused: 1, guesses: 1, refusedInAll: 5 });
});

it("counts the right log-ins of one account once, so that it hides no guesses of its address", () => {
  const { clock, sources, view } = stand();
  for (let n = 0; n < 600; n += 1) {
    if (n < 12) sources.refused("127.0.0.9", `guess-${n}`);
    sources.accepted("127.0.0.9", "mallory");
  }
  expect(view("127.0.0.9")).toMatchObject({ tried: 13, refused: 12, guesses: 12 });
  sources.accepted("127.0.0.9", "ann");
  expect(view("127.0.0.9")).toMatchObject({ tried: 14 });
  clock.ms += WINDOW_MS;
  expect(view("127.0.0.9")).toMatchObject({ tried: 0 });
});

it("shows no old log-ins of a source that has stopped", () => {
  const { clock, sources, view } = stand();
  sources.refused("127.0.0.9", "a");
  clock.ms += WINDOW_MS;
  expect(view("127.0.0.9")).toMatchObject({ tried: 0, refusedInAll: 1 });
});

it("lets a block go by itself, and blocks exactly the sources that it was last told of", () => {
  const { clock, sources } = stand();
  sources.block({ "127.0.0.9": 500, "127.0.0.8": 900 });
  expect([sources.blockedMs("127.0.0.9"), sources.blockedMs("127.0.0.7")]).toEqual([500, 0]);
  clock.ms += 500;
  expect([sources.blockedMs("127.0.0.9"), sources.blockedMs("127.0.0.8")]).toEqual([0, 400]);
  sources.block({});
  expect(sources.blockedMs("127.0.0.8")).toBe(0);
});

it("keeps no more sources than it has room for, and those that tried last", () => {
  const { sources, view } = stand();
  for (let n = 0; n < 1100; n += 1) sources.refused(`source-${n}`, "a");
  expect(sources.list()).toHaveLength(1024);
  expect([view("source-0"), view("source-1099")?.refused]).toEqual([undefined, 1]);
});
