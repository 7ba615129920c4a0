// The hand behind the registry: what is decided there is loaded by every inference replica, then followed by the
// gateway, then written down. A replica that cannot be reached loads it when it can.
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { messageOf, type Logger } from "../common/log.ts";
import type { Loaded } from "../common/model-card.ts";
import { registryFile, type RegistryFile } from "../registry/file.ts";
import { shippedCards } from "../registry/shipped.ts";
import { firstState, loadedIn, splitIn, type Change, type RegistryState } from "../registry/state.ts";
import { ENGINE_VERSION } from "../inference/engine.ts";

export type ModelChange =
  | { readonly ok: true; readonly state: RegistryState }
  | { readonly ok: false; readonly status: 404 | 409 | 422 | 502; readonly reason: string };

export interface Models {
  state(): RegistryState;
  /** What is wrong with the file, in words; null: nothing. */
  trouble(): string | null;
  /** Makes one change after all earlier ones are over. */
  change(work: (state: RegistryState) => Change): Promise<ModelChange>;
}

export interface ModelsParts {
  readonly dataDir: string;
  readonly gatewayPort: number;
  /** Towards the gateway. */
  readonly supervisorToken: string;
  /** Towards inference replicas. */
  readonly loadToken: string;
  /** Ports of the inference replicas that have a process. */
  readonly replicaPorts: () => readonly number[];
  readonly log: Logger;
}

const TIMEOUT_MS = 3000;
/** Requests that the gateway has sent before it changed its mind arrive within this, ms. */
const UNLOAD_AFTER_MS = 500;
/** Who could not be told is told again at this period, ms. */
const AGAIN_MS = 500;

/** Reads what an earlier start has left; a file that is damaged is put aside, and said. */
export function openModels(parts: ModelsParts, file: RegistryFile = registryFile(parts.dataDir)): Models {
  const { log } = parts;
  let trouble: string | null = null;
  const found = file.read();
  let state = found === null || "damaged" in found ? firstState(shippedCards(), ENGINE_VERSION) : found;
  const noteDamage = (damaged: string, instead: string): void => {
    trouble = `the registry's file was damaged (${damaged}): it is put aside, and ${instead}`;
    log.error("registry", { reason: trouble });
    try {
      file.putAside(new Date().toISOString().replaceAll(":", ""));
    } catch (error) {
      log.error("registry", { reason: messageOf(error) });
    }
  };
  if (found !== null && "damaged" in found) noteDamage(found.damaged, "the shipped versions are served");

  const keep = async (): Promise<void> => {
    const onDisk = file.read();
    if (onDisk !== null && "damaged" in onDisk) noteDamage(onDisk.damaged, "written anew from what was known");
    try {
      await file.write(state);
    } catch (error) {
      trouble = `the registry's file could not be written: ${messageOf(error)}`;
      log.error("registry", { reason: trouble });
    }
  };
  const replicas = createTelling(parts, () => loadedIn(state));

  async function make(work: (state: RegistryState) => Change): Promise<ModelChange> {
    const change = work(state);
    if (!change.ok) return change;
    const isServed = JSON.stringify(change.state.serving) !== JSON.stringify(state.serving);
    if (isServed) {
      const why = await replicas.load(both(loadedIn(state), loadedIn(change.state)));
      if (why !== null) return { ok: false, status: 422, reason: why };
      const told = await put(parts.gatewayPort, "/internal/models", splitIn(change.state), parts.supervisorToken);
      if (told.status !== 200) {
        replicas.settle();
        return { ok: false, status: 502, reason: `the gateway did not take the versions: ${told.says}` };
      }
    }
    state = change.state;
    await keep();
    if (isServed) replicas.settle();
    return change;
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    state: () => state,
    trouble: () => trouble,
    change(work) {
      const mine = last.then(() => make(work));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Tells replicas what to load. */
function createTelling({ replicaPorts, loadToken, log }: ModelsParts, wanted: () => Loaded) {
  let settling = new AbortController();
  const tell = (port: number, loaded: Loaded): Promise<Told> => put(port, "/internal/models", loaded, loadToken);
  const settle = async (): Promise<void> => {
    settling.abort();
    const mine = (settling = new AbortController());
    await pause(UNLOAD_AFTER_MS, undefined, { ref: false });
    while (!mine.signal.aborted) {
      const told = await Promise.all(replicaPorts().map((port) => tell(port, wanted())));
      if (told.every(({ status }) => status === 200)) return;
      await pause(AGAIN_MS, undefined, { ref: false });
    }
  };
  return {
    /** Null: everybody who could be reached has loaded them. Else why one does not load. */
    async load(loaded: Loaded): Promise<string | null> {
      const told = await Promise.all(replicaPorts().map((port) => tell(port, loaded)));
      const refusing = told.find(({ status }) => status === 422 || status === 409);
      if (refusing !== undefined) void settle();
      for (const { status, says } of told) if (status !== 200) log.warn("a replica did not load", { reason: says });
      return refusing?.says ?? null;
    },
    /** Unloads what is not served any more, and loads what somebody lacks; once the gateway asks for it. */
    settle: (): void => void settle(),
  };
}

function both(old: Loaded, next: Loaded): Loaded {
  const others = [...next.others, old.stable, ...old.others].filter(({ name }) => name !== next.stable.name);
  return {
    stable: next.stable,
    others: others.filter((one, at) => others.findIndex((o) => o.name === one.name) === at),
  };
}

interface Told {
  /** 0: not reached. */
  readonly status: number;
  readonly says: string;
}

async function put(port: number, path: string, body: object, token: string): Promise<Told> {
  try {
    const answer = await request(`http://127.0.0.1:${port}${path}`, {
      method: "PUT",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { error } = ((await answer.body.json().catch(() => null)) ?? {}) as { error?: { message?: unknown } };
    const { message } = error ?? {};
    return { status: answer.statusCode, says: typeof message === "string" ? message : `status ${answer.statusCode}` };
  } catch (error) {
    return { status: 0, says: messageOf(error) };
  }
}
