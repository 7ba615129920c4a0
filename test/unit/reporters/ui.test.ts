// The live page without a browser: a committed run is told again, and looked at as it goes.

import { expect, onTestFinished, test } from "vitest";
import { HarnessError } from "../../../src/core/errors.ts";
import type { HistoryRow } from "../../../src/records/history-row.ts";
import { htmlPieces } from "../../../src/report/html.ts";
import type { LiveEnd, LivePage, LiveState } from "../../../src/report/live-state.ts";
import { pagedTrials } from "../../../src/report/paged.ts";
import { serveUi, type Ui } from "../../../src/reporters/ui.ts";
import { goodNight } from "../../builders/committed-samples.ts";
import { replayedRun, type ReplayedRun } from "../../builders/replayed-run.ts";
import { look, openStream, type Heard } from "../../support/look-live.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

interface Begun {
  readonly ui: Ui;
  readonly url: string;
  readonly run: ReplayedRun;
  readonly troubles: readonly string[];
}

async function begun(change: (run: ReplayedRun) => ReplayedRun = (run) => run): Promise<Begun> {
  const run = change(await replayedRun(goodNight));
  const troubles: string[] = [];
  let url = "";
  const onReady = (said: string): void => void (url = said);
  const ui = await serveUi(0, { onReady, onTrouble: (says) => troubles.push(says) });
  onTestFinished(() => ui[Symbol.asyncDispose]());
  ui.begin?.(run.underway);
  return { ui, url, run, troubles };
}

const isState = ({ type }: Heard): boolean => type === "state";
const isPage = ({ type }: Heard): boolean => type === "page";
const stateOf = ({ data }: Heard): LiveState => data as LiveState;

test("without its token nothing is answered, whatever is asked for and however", async () => {
  const { url } = await begun();
  const root = new URL("/", url).href;
  const token = url.slice(root.length, -1);
  expect(token.length).toBeGreaterThanOrEqual(32);
  const others = [
    root,
    `${root}index.html`,
    `${root}events`,
    `${root}${token.slice(0, -1)}/`,
    `${root}${token}x/events`,
  ];
  for (const address of others)
    for (const method of ["GET", "POST", "HEAD", "OPTIONS"]) {
      const { status, text } = await look(address, { method });
      expect(status, `${method} ${address}`).toBe(403);
      expect(text).not.toContain(token);
    }
  expect((await look(url)).status).toBe(200);
  const other = await begun();
  expect(other.url.split("/")[3]).not.toBe(token);
});

test("a host that is not this machine is refused, with the token too", async () => {
  const { url } = await begun();
  const { port } = new URL(url);
  for (const host of [
    "evil.example",
    `evil.example:${port}`,
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "10.0.0.1",
  ])
    expect((await look(url, { headers: { host } })).status, host).toBe(403);
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
    expect((await look(url, { headers: { host } })).status, host).toBe(200);
});

test("only GET is answered, and every answer forbids what it does not need", async () => {
  const { url } = await begun();
  for (const method of ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"]) {
    const { status, headers } = await look(url, { method });
    expect([status, headers.allow], method).toEqual([405, "GET"]);
  }
  const { headers, text } = await look(url, { headers: { origin: "http://evil.example" } });
  const policy = String(headers["content-security-policy"]);
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'unsafe-inline';/);
  expect(policy).toContain("connect-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  const [own = ""] = policy.split("; frame-ancestors");
  expect(text.replaceAll("&#x27;", "'").replaceAll("&#x3D;", "=")).toContain(`content="${own}"`);
  expect(headers).toMatchObject({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
  expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  expect((await look(`${url}run.json`)).status).toBe(404);
  expect((await look(`${url}../../etc/passwd`)).status).toBe(403);
  expect((await look(`${url}trials/%2e%2e/begun.json`)).status).toBe(404);
});

test("who connects gets the state at once, then phases and first claims as they come", async () => {
  const { ui, url, run } = await begun();
  run.until(ui, ({ kind }) => kind === "trialStarted");
  const viewer = await openStream(`${url}events?shown=0`);
  expect(viewer.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
  const first = stateOf(await viewer.until(isState));
  expect(first.says).toBe(`Running: 0 of ${run.trials.length} trials, now: ${run.trials[0]}`);
  for (const phase of ["boot", "baseline", "observe"]) {
    run.until(ui, (event) => event.kind === "phase" && event.phase === phase);
    const state = stateOf(
      await viewer.until((heard) => isState(heard) && stateOf(heard).says.endsWith(`phase ${phase}`)),
    );
    expect(state.trials[0]?.steps.find(({ now }) => now)?.name).toBe(phase);
  }
  run.until(ui, (event) => event.kind === "claim" && event.type === "detected");
  const claimed = await viewer.until(
    (heard) => isState(heard) && JSON.stringify(heard.data).includes("healer: detected"),
  );
  const steps = stateOf(claimed).trials[0]?.steps ?? [];
  expect(steps.map(({ name }) => name).slice(0, 7)).toEqual([
    "boot",
    "warmup",
    "baseline",
    "inject",
    "observe",
    "healer: detected",
    "revert",
  ]);
  expect(steps.filter(({ at }) => at === "").map(({ name }) => name)).toEqual(["revert", "after", "teardown", "done"]);
  const late = await openStream(`${url}events?shown=0`);
  expect(stateOf(await late.until(isState)).trials[0]?.steps).toEqual(steps);
});

test("once a trial has ended its viewers are sent the page, and one that comes back is not sent it again", async () => {
  const { ui, url, run } = await begun();
  const before = await look(url);
  expect(before.text).toContain("No trial has ended yet.");
  const viewer = await openStream(`${url}events?shown=0`);
  run.until(ui, ({ kind }) => kind === "trialJudged");
  const sent = await viewer.until(isPage);
  const { version, html } = sent.data as LivePage;
  expect([version, sent.id]).toEqual([1, "1"]);
  expect((await look(url)).text).toBe(html);
  expect((await look(`${url}index.html`)).text).toBe(html);
  expect(html).toMatch(/So far <span class="badge pass">/);
  expect(html).not.toContain("No trial has ended yet.");
  expect(html).not.toContain("planned trials were not done");
  const [, href = ""] = /href="(trials\/[^"]+)"/.exec(html) ?? [];
  const trial = await look(`${url}${href}`);
  expect(trial.status).toBe(200);
  expect(trial.text).toContain('class="story"');
  expect(trial.text).toContain('href="../../../../index.html');
  const again = await openStream(`${url}events?shown=0`, { "last-event-id": "1" });
  expect((await again.until(() => true)).type).toBe("state");
  run.until(ui, ({ kind }) => kind === "trialJudged");
  expect((await again.until(isPage)).id).toBe("2");
});

test("at its end every viewer gets the final page and where it lies, and nobody listens any more", async () => {
  const { ui, url, run, troubles } = await begun();
  const viewers = await Promise.all([1, 2, 3].map(() => openStream(`${url}events?shown=0`)));
  // Reads nothing: the end does not wait for it.
  const dead = await openStream(`${url}events?shown=0`);
  run.until(ui);
  await ui.finish?.(run.end);
  for (const viewer of viewers) {
    const last = (await viewer.rest()).at(-1);
    expect(last?.type).toBe("end");
    const { says, html } = (last?.data ?? {}) as LiveEnd;
    expect(says).toBe(`The run has ended: pass. Its page is ${run.end.dir}/index.html.`);
    expect(html).toContain("Every figure is from run.json beside this file.");
  }
  await expect(look(url)).rejects.toThrow("ECONNREFUSED");
  dead.leave();
  expect(troubles).toEqual([]);
});

test("the final page is the one on the disk, with the trends that the history knows of", async () => {
  const { ui, url, run } = await begun();
  const viewer = await openStream(`${url}events?shown=0`);
  run.until(ui);
  const { result } = run.end;
  const pastOf = (): readonly HistoryRow[] => [];
  await ui.finish?.({ ...run.end, pastOf });
  const { html } = ((await viewer.rest()).at(-1)?.data ?? {}) as LiveEnd;
  expect(html).toBe([...htmlPieces(result, pagedTrials(result), pastOf)].join(""));
  expect(html).not.toBe([...htmlPieces(result, pagedTrials(result))].join(""));
});

test("unseen, no page is made while a trial is measured", async () => {
  const made = async (besides: boolean): Promise<number> => {
    let times = 0;
    const { ui, url, run } = await begun((whole) => ({
      ...whole,
      underway: {
        ...whole.underway,
        soFar() {
          times += 1;
          return whole.underway.soFar();
        },
      },
    }));
    // What is made at the begin is there then.
    await look(url);
    if (besides) ui.on?.({ kind: "trialStarted", trial: "another treatment-1" });
    run.until(ui, ({ kind }) => kind === "trialJudged");
    run.until(ui, ({ kind }) => kind === "trialJudged");
    await ui.finish?.(run.end);
    return times;
  };
  // One at the begin and one after the first trial; beside another trial none at all, but that at the begin.
  expect([await made(false), await made(true)]).toEqual([2, 1]);
});

test("a run that ends without reports closes its page all the same, and says so", async () => {
  const { ui, url } = await begun();
  const viewer = await openStream(`${url}events?shown=0`);
  await ui[Symbol.asyncDispose]();
  const last = (await viewer.rest()).at(-1);
  expect(last).toMatchObject({ type: "end", data: { html: null } });
  await expect(look(url)).rejects.toThrow("ECONNREFUSED");
});

test("a page that cannot be made is said once, and neither events nor the end are lost", async () => {
  const broken = { soFar: () => expect.fail("no room") };
  const { ui, url, run, troubles } = await begun((whole) => ({ ...whole, underway: { ...whole.underway, ...broken } }));
  const viewer = await openStream(`${url}events?shown=0`);
  expect((await look(url)).status).toBe(500);
  run.until(ui);
  await viewer.until((heard) => isState(heard) && stateOf(heard).says.startsWith("Ending: "));
  await ui.finish?.(run.end);
  expect((await viewer.rest()).at(-1)?.type).toBe("end");
  expect(troubles).toEqual(["the live page: no room; the run goes on without it"]);
});

test("a port that is taken is a clear error about the option, before a run begins", async () => {
  const { port } = await serveForTest(() => undefined);
  const thrown = await serveUi(port, { onReady: () => undefined, onTrouble: () => undefined }).catch(
    (it: unknown) => it,
  );
  expect(thrown).toBeInstanceOf(HarnessError);
  const { code, problems } = thrown as HarnessError;
  expect(code).toBe("bad-input");
  expect(problems[0]?.found).toBe(`--ui-port ${port}: port ${port} of 127.0.0.1 is taken`);
});

test("the token is in nothing that is sent or said", async () => {
  const { ui, url, run, troubles } = await begun();
  const viewer = await openStream(`${url}events?shown=0`);
  const page = await look(url);
  run.until(ui);
  await ui.finish?.(run.end);
  const sent = JSON.stringify([page, await viewer.rest(), troubles]);
  expect(sent.length).toBeGreaterThan(10_000);
  expect(sent).not.toContain(new URL(url).pathname.slice(1, -1));
});
