// A stack that is simulated: users, probes and a healer that notices the damage and repairs it. Through the ports of a
// run, so that everything else is the run's own code.

import { dirname } from "node:path";
import type { Claim } from "../../../../src/records/claim.ts";
import type { TrialPorts } from "../../../../src/run/ports.ts";
import type { Emit, RunningStack, TrialClock } from "../../../../src/trial/ports.ts";
import { pause } from "../../../../src/trial/pause.ts";
import { madeFault } from "../../../builders/made-fault.ts";

const tickMs = 10;
/** Of each trial, ms after the harm. */
const detectedAfterMs = 100;
const repairedAfterMs = 250;
const nothing = { replicas: [], processes: [], edges: [], files: [], unseen: [] };
const scope = { service: "vector", replica: "vector-2" };
const replicas = ["vector-1", "vector-2"].map((replica, index) => ({
  service: "vector",
  replica,
  instance: `${100 + index}@1`,
  port: 7000 + index,
  version: "1",
  weight: 1,
}));

interface Damage {
  /** In the trial's time, ms. */
  at: number | undefined;
  readonly begin: () => void;
}

const repaired = replicas.map((replica) => ({ ...replica, version: replica.replica === scope.replica ? "2" : "1" }));

function isRepaired({ at }: Damage, now: number): boolean {
  return at !== undefined && now >= at + repairedAfterMs;
}

function isHurt(damage: Damage, now: number): boolean {
  return damage.at !== undefined && !isRepaired(damage, now);
}

interface Simulated {
  readonly clock: TrialClock;
  readonly requests: number;
  readonly damage: Damage;
  readonly stop: () => void;
}

function stackOf({ clock, requests, damage, stop }: Simulated): RunningStack {
  let id = 0;
  let loaded: Emit | undefined;
  let begun = Number.POSITIVE_INFINITY;
  const sendNow = (record: Emit, now: number): void => {
    const right = !isHurt(damage, now);
    for (let sent = 0; sent < requests; sent += 1) {
      id += 1;
      const intended = now - 5 + (5 * sent) / requests;
      const at = intended + 5 + (id % 3);
      record({
        kind: "request",
        id,
        at,
        intended,
        sent: intended,
        firstToken: at - 1,
        done: at,
        outcome: "answered",
        right,
      });
    }
  };
  return {
    handle: null,
    inventory: () => Promise.resolve({ replicas: isRepaired(damage, clock.now()) ? repaired : replicas }),
    isLiving: () => Promise.resolve(true),
    site: (ref, seed, undoDir) => ({ ...ref, seed, undoDir, controls: {} }),
    survey: () => Promise.resolve(nothing),
    async runProbes(record, signal) {
      while (!signal.aborted) {
        const from = clock.now();
        if (loaded !== undefined && from >= begun) sendNow(loaded, from);
        const self = isHurt(damage, from) ? 0.4 : 1;
        record({ kind: "reading", probe: "retrieval.self", from, reading: { ok: true, value: self } });
        await pause(tickMs, signal);
      }
    },
    feed: (record, signal) => healer({ clock, damage, record, signal }),
    startLoad: (record) => {
      loaded = record;
      return Promise.resolve({
        begin: (at) => void (begun = at),
        setRate: () => undefined,
        stop: () => Promise.resolve(void (loaded = undefined)),
      });
    },
    stop() {
      stop();
      return Promise.resolve([]);
    },
  };
}

interface Healing {
  readonly clock: TrialClock;
  readonly damage: Damage;
  readonly record: Emit;
  readonly signal: AbortSignal;
}

async function healer({ clock, damage, record, signal }: Healing): Promise<void> {
  record({ kind: "feed", state: "open" });
  const steps: readonly (readonly [number, Claim["type"], Partial<Claim>])[] = [
    [detectedAfterMs, "detected", {}],
    [detectedAfterMs, "classified", { class: "index-damaged", confidence: 0.9 }],
    [detectedAfterMs, "decided", { pathway: "restore-index" }],
    [detectedAfterMs, "action.started", { pathway: "restore-index", action: "restore" }],
    [repairedAfterMs + 60, "action.finished", { pathway: "restore-index", action: "restore", outcome: "done" }],
    [repairedAfterMs + 80, "verified", { pathway: "restore-index" }],
    [repairedAfterMs + 90, "closed", { pathway: "restore-index", outcome: "recovered" }],
  ];
  let next = 0;
  while (!signal.aborted) {
    record({ kind: "feed", state: "alive" });
    const since = damage.at === undefined ? -1 : clock.now() - damage.at;
    for (; next < steps.length && since >= (steps[next]?.[0] ?? 0); next += 1) {
      const [, type, more] = steps[next] ?? [0, "held", {}];
      const time = new Date(Date.UTC(2026, 0, 1) + clock.now()).toISOString();
      record({
        kind: "claim",
        claim: { type, id: `e${next}`, incident: "i1", time, scope, reasons: ["index sum differs"], ...more },
      });
    }
    await pause(tickMs, signal);
  }
}

/** Each trial gets a stack of its own; its fault hurts that one. `requests`: so many are sent every 10 ms. */
export function simulatedPorts(requests: number): TrialPorts {
  const damages = new Map<string, Damage>();
  const evidence = { confirmed: true, expected: "self-retrieval under 0.9", seen: "0.4" };
  const fault = madeFault({
    name: "index.corruption",
    apply(_params, _undo, site) {
      site.harmBegins?.();
      damages.get(dirname(site.undoDir))?.begin();
      return Promise.resolve(evidence);
    },
    revert: () => Promise.resolve(evidence),
  });
  return {
    faults: new Map([[fault.name, fault]]),
    startClock: () => {
      const from = performance.now();
      return { epochNs: "0", now: () => performance.now() - from };
    },
    openMachine({ clock, undoDir }) {
      const damage: Damage = { at: undefined, begin: () => void (damage.at = clock.now()) };
      damages.set(undoDir, damage);
      const stop = (): void => void damages.delete(undoDir);
      return {
        look: () => Promise.resolve({ ...nothing, folders: [], ports: [] }),
        start: () => Promise.resolve(stackOf({ clock, requests, damage, stop })),
      };
    },
  };
}
