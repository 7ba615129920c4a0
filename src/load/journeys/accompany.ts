// Beside a journey in Playwright's worker: waits for its turn, lets the browser ask none but the stream's origins, and
// keeps trace and picture when told to. It is loaded there and nowhere else; the module of Playwright is handed in.

import type { BrowserContext, TestType } from "@playwright/test";
import type { Keep, Turn, WorkerReport } from "./messages.ts";

/** How a worker reaches the process of the journeys. */
export interface Company {
  /** A URL: port, secret and number of the stream. */
  readonly door: string;
  readonly origins: readonly string[];
}

/** Longest time for a picture, ms. */
const PICTURE_MS = 5_000;
/** For what is done around a journey, beyond its own time, ms. */
const AROUND_MS = 15_000;

type Test = Pick<TestType<{ context: BrowserContext }, object>, "beforeEach" | "afterEach">;

/** Hooks around every journey of the file that is loaded next. */
export function accompany(test: Test, { door, origins }: Company): void {
  let foreign = new Set<string>();
  /** A browser's first page takes longer than all others, whatever it shows. */
  let isCold = true;
  let began = 0n;
  // Asks for no fixture, so that none is made yet: the start of a browser, and the time until its turn, are none of the
  // journey's.
  // oxlint-disable-next-line no-empty-pattern
  test.beforeEach(({}, info) => {
    began = process.hrtime.bigint();
    info.setTimeout(0);
  });
  test.beforeEach(async ({ context }, info) => {
    foreign = new Set();
    await guard(context, origins, foreign);
    if (isCold) await (await context.newPage()).close();
    isCold = false;
    await context.tracing.start({ snapshots: true, screenshots: false });
    const turn = await tell<Turn>(`${door}/turn`, { id: info.repeatEachIndex });
    if (!turn.go) info.skip(true, "the trial is over");
    const waitedMs = Number(process.hrtime.bigint() - began) / 1e6;
    info.setTimeout(Math.ceil(waitedMs) + turn.timeoutMs);
  });
  test.afterEach(async ({ context }, info) => {
    const endedNs = String(process.hrtime.bigint());
    if (info.status === "skipped") return;
    info.setTimeout(info.timeout + AROUND_MS);
    const good = info.status === "passed";
    // A journey that is bad is what is looked for: the runner keeps worker and browser then.
    if (!good && info.status !== undefined) info.expectedStatus = info.status;
    const cookies = await context.cookies().catch(() => []);
    const report: WorkerReport = {
      id: info.repeatEachIndex,
      endedNs,
      good,
      foreign: [...foreign],
      secrets: cookies.map(({ value }) => value),
    };
    const keep = await tell<Keep>(`${door}/over`, report);
    await keepOf(context, keep);
    await tell(`${door}/kept`, { id: info.repeatEachIndex });
  });
}

/** Nobody else is asked; who is asked all the same is noted. */
async function guard(context: BrowserContext, origins: readonly string[], foreign: Set<string>): Promise<void> {
  const isOurs = (address: string | URL): boolean => {
    const url = new URL(address);
    return ["data:", "blob:", "about:"].includes(url.protocol) || origins.includes(httpOrigin(url));
  };
  const note = (address: string): void => void (isOurs(address) || foreign.add(httpOrigin(new URL(address))));
  context.on("request", (request) => note(request.url()));
  await context.route(
    (url) => !isOurs(url),
    async (route) => {
      note(route.request().url());
      await route.abort("blockedbyclient");
    },
  );
  await context.routeWebSocket(
    (url) => !isOurs(url),
    async (socket) => {
      note(socket.url());
      await socket.close();
    },
  );
}

/** A socket's origin is that of the page it is for; an address without a host is named by its scheme. */
function httpOrigin(url: URL): string {
  if (url.host === "") return url.protocol;
  return `${url.protocol.replace(/^ws/, "http")}//${url.host}`;
}

async function keepOf(context: BrowserContext, { trace, picture }: Keep): Promise<void> {
  const page = context.pages()[0];
  if (picture !== undefined) await page?.screenshot({ path: picture, timeout: PICTURE_MS }).catch(() => undefined);
  await context.tracing.stop(trace === undefined ? {} : { path: trace });
}

async function tell<Answer>(door: string, body: object): Promise<Answer> {
  const answer = await fetch(door, { method: "POST", body: JSON.stringify(body) });
  return (await answer.json()) as Answer;
}
