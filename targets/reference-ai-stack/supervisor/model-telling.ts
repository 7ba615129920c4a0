// Tells inference replicas what to load, and the gateway how requests are shared: once when something is changed, then
// again until everybody has it.
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { messageOf, type Logger } from "../common/log.ts";
import type { Loaded, Split } from "../common/model-card.ts";

export interface TellingParts {
  readonly gatewayPort: number;
  /** Towards the gateway. */
  readonly supervisorToken: string;
  /** Towards inference replicas. */
  readonly loadToken: string;
  /** Ports of the inference replicas that have a process. */
  readonly replicaPorts: () => readonly number[];
  readonly log: Logger;
}

/** What has to be said once a change is over; asked each time. */
interface Wanted {
  readonly loaded: () => Loaded;
  readonly split: () => Split;
}

/** What came of having replicas load: how many have, and why a version does not load where one does not. */
interface LoadingEnd {
  readonly reached: number;
  /** Reasons by version. */
  readonly refused: ReadonlyMap<string, string>;
}

export interface Telling {
  /** Ends what was to be said yet of an earlier change; resolves when nothing of it is on its way to the gateway. */
  stop(): Promise<void>;
  load(loaded: Loaded): Promise<LoadingEnd>;
  /** Asks a gateway that is away again for a while. Null: it has taken it. */
  share(split: Split): Promise<GatewayRefusal | null>;
  /** Tells again who lacks something, and unloads what is not served any more. */
  settle(): void;
}

interface GatewayRefusal {
  readonly says: string;
  /** Nobody has answered. */
  readonly isAway: boolean;
}

const LOAD_TIMEOUT_MS = 4000;
const GATEWAY_TIMEOUT_MS = 2000;
/** A gateway that is being restarted is asked again at this period, until the limit above, ms. */
const GATEWAY_EVERY_MS = 100;
/** Requests that the gateway has sent before it changed its mind arrive within this, ms. */
const UNLOAD_AFTER_MS = 500;
/** Who could not be told is told again at this period, ms: a replica that has just started has users at once. */
const AGAIN_MS = 100;

export function createTelling(parts: TellingParts, wanted: Wanted): Telling {
  const calls = createCalls(parts);
  /** What somebody was not reached for yet. */
  let missed: Loaded | null = null;
  let settling = new AbortController();
  let settled: Promise<void> = Promise.resolve();

  async function settleUntil(signal: AbortSignal): Promise<void> {
    const noted = new Set<string>();
    const wait = (ms: number): Promise<void> => pause(ms, undefined, { ref: false, signal }).catch(() => undefined);
    const unloadAt = performance.now() + UNLOAD_AFTER_MS;
    while (!signal.aborted && missed !== null && performance.now() < unloadAt) {
      await wait(AGAIN_MS);
      if ((await calls.load(missed, signal)).every(({ status }) => status !== 0)) missed = null;
    }
    await wait(unloadAt - performance.now());
    while (!signal.aborted && !(await tellAll(calls, wanted, { signal, noted, log: parts.log }))) await wait(AGAIN_MS);
  }

  return {
    async stop() {
      settling.abort();
      await settled;
    },
    async load(loaded) {
      const told = await calls.load(loaded);
      missed = told.some(({ status }) => status === 0) ? loaded : null;
      for (const { status, says } of told) {
        if (status !== 200) parts.log.warn("a replica did not load", { reason: says });
      }
      return { reached: told.filter(({ status }) => status === 200).length, refused: refusalsIn(told, loaded) };
    },
    share: (split) => shareWith(calls, split),
    settle() {
      settling.abort();
      settling = new AbortController();
      settled = settleUntil(settling.signal);
    },
  };
}

interface Calls {
  /** One answer for each replica that has a process. */
  load(loaded: Loaded, signal?: AbortSignal): Promise<readonly Told[]>;
  share(split: Split, timeoutMs: number): Promise<Told>;
}

function createCalls({ replicaPorts, gatewayPort, loadToken, supervisorToken }: TellingParts): Calls {
  let turn = 0;
  return {
    load(loaded, signal) {
      turn += 1;
      const body = { turn, ...loaded };
      const how = { token: loadToken, timeoutMs: LOAD_TIMEOUT_MS, signal };
      return Promise.all(replicaPorts().map((port) => put(port, body, how)));
    },
    share: (split, timeoutMs) => put(gatewayPort, split, { token: supervisorToken, timeoutMs }),
  };
}

/** Whether everybody has answered; what is refused is refused again. */
async function tellAll(
  calls: Calls,
  { loaded, split }: Wanted,
  { signal, noted, log }: { readonly signal: AbortSignal; readonly noted: Set<string>; readonly log: Logger },
): Promise<boolean> {
  const all = loaded();
  const [told, gateway] = await Promise.all([calls.load(all, signal), calls.share(split(), GATEWAY_TIMEOUT_MS)]);
  if (signal.aborted) return true;
  const refused = [...refusalsIn(told, all).values(), ...(gateway.status === 400 ? [gateway.says] : [])];
  for (const why of refused) {
    if (!noted.has(why)) log.error("what is served was refused", { reason: why });
    noted.add(why);
  }
  return [...told, gateway].every(({ status }) => status !== 0);
}

async function shareWith(calls: Calls, split: Split): Promise<GatewayRefusal | null> {
  const until = performance.now() + GATEWAY_TIMEOUT_MS;
  for (;;) {
    const told = await calls.share(split, Math.max(1, until - performance.now()));
    if (told.status === 200) return null;
    if (told.status !== 0 || performance.now() + GATEWAY_EVERY_MS >= until) {
      return { says: told.says, isAway: told.status === 0 };
    }
    await pause(GATEWAY_EVERY_MS);
  }
}

/** By version. A replica that loads nothing at all does so because of the stable one. */
function refusalsIn(told: readonly Told[], { stable }: Loaded): ReadonlyMap<string, string> {
  const refused = told.flatMap(({ status, says, leftOut }) =>
    status === 422 || status === 409 ? [{ name: stable.name, why: says }] : leftOut,
  );
  return new Map(refused.map(({ name, why }) => [name, why]));
}

interface Told {
  /** 0: not reached. */
  readonly status: number;
  readonly says: string;
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

interface PutHow {
  readonly token: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

async function put(port: number, body: object, { token, timeoutMs, signal }: PutHow): Promise<Told> {
  try {
    const late = AbortSignal.timeout(Math.ceil(timeoutMs));
    const answer = await request(`http://127.0.0.1:${port}/internal/models`, {
      method: "PUT",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    });
    const { error, leftOut } = ((await answer.body.json().catch(() => null)) ?? {}) as {
      readonly error?: { readonly message?: unknown };
      readonly leftOut?: Told["leftOut"];
    };
    const { message } = error ?? {};
    const says = typeof message === "string" ? message : `status ${answer.statusCode}`;
    return { status: answer.statusCode, says, leftOut: leftOut ?? [] };
  } catch (error) {
    return { status: 0, says: messageOf(error), leftOut: [] };
  }
}
