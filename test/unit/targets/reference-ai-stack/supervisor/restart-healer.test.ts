// The supervisor's one pathway, over a healer that is only a number: it starts what died, within the guards, and
// nothing that was stopped on purpose.
import { expect, test } from "vitest";
import {
  watchHealer,
  type SupervisorEvent,
} from "../../../../../targets/reference-ai-stack/supervisor/restart-healer.ts";
import type { Child } from "../../../../../targets/reference-ai-stack/supervisor/child.ts";
import { createTurns } from "../../../../../targets/reference-ai-stack/supervisor/turns.ts";
import { createVirtualClock } from "../healer/virtual-clock.ts";

function createSupervisor(options: { isNoop?: boolean; missing?: readonly string[]; cannotEnd?: boolean } = {}) {
  const clock = createVirtualClock();
  const said: SupervisorEvent[] = [];
  const healer = { pid: 100 as number | null, starts: 0, stops: 0, freezes: 0, isFrozen: false, healthy: true };
  const turns = createTurns();
  const hearing = { of: (_type: string): void => undefined };
  const child = {
    pid: () => healer.pid,
    start: async () => {
      if (healer.pid !== null) return { started: false, pid: healer.pid };
      healer.starts += 1;
      healer.pid = 100 + healer.starts;
      return { started: true, pid: healer.pid };
    },
    freeze: async () => {
      healer.freezes += 1;
      healer.isFrozen = true;
      return true;
    },
    isFrozen: () => healer.isFrozen,
    stop: async () => {
      if (options.cannotEnd === true) throw new Error("it does not end");
      healer.stops += 1;
      healer.isFrozen = false;
      healer.pid = null;
    },
    becomesHealthy: async () => healer.pid !== null && healer.healthy,
  } as unknown as Child;
  const onDeath = watchHealer({
    fleet: {
      child: () => child,
      missing: () => options.missing ?? [],
      inTurn: async (name, work) => turns.inTurn(name, work),
    },
    clock,
    say: async (event) => {
      said.push(event);
      hearing.of(event.type);
    },
    isNoop: options.isNoop ?? false,
  });
  return {
    healer,
    hearing,
    turns,
    said: () => said.map(({ type }) => type),
    events: said,
    die: () => {
      healer.pid = null;
      onDeath("its process ended by SIGKILL");
    },
    hang: () => onDeath("it does not answer"),
    pass: async (ms: number): Promise<void> => {
      for (let gone = 0; gone < ms; gone += 100) await clock.pass(100);
    },
  };
}

const HEALED = ["detected", "classified", "decided", "action.started", "action.finished", "verified", "closed"];

test("a healer that died is started at once, and closed once it has lived for a while", async () => {
  const { die, pass, said, events, healer } = createSupervisor();
  die();
  await pass(100);
  expect(healer).toMatchObject({ starts: 1, pid: 101 });
  expect(said()).toEqual(HEALED.slice(0, 5));
  await pass(5000);
  expect(said()).toEqual(HEALED);
  expect(new Set(events.map(({ incident }) => incident)).size).toBe(1);
  expect(events.every(({ scope }) => scope.replica === "healer")).toBe(true);
  expect(events[1]?.detail.class).toBe("healer-down");
  expect(events[3]?.detail.pathway).toBe("restart-healer");
});

test("one that dies again is tried again after a pause, and after three attempts a person is called", async () => {
  const { die, pass, said, healer } = createSupervisor();
  for (let n = 0; n < 3; n += 1) {
    die();
    await pass(n === 0 ? 1000 : 25_000);
    expect(healer.starts).toBe(n + 1);
  }
  die();
  await pass(60_000);
  expect(healer.starts).toBe(3);
  expect(said().at(-1)).toBe("escalated");
});

test("three deaths in quick succession are started with ten and twenty seconds between", async () => {
  const { die, pass, healer } = createSupervisor();
  die();
  await pass(200);
  die();
  await pass(9000);
  expect(healer.starts).toBe(1);
  await pass(2000);
  expect(healer.starts).toBe(2);
});

test("switched off it says all the same, and touches nothing", async () => {
  const { die, pass, said, events, healer } = createSupervisor({ isNoop: true });
  die();
  await pass(1000);
  expect(healer.starts).toBe(0);
  expect(said().slice(0, 6)).toEqual(HEALED.slice(0, 6));
  expect(events[4]?.detail.outcome).toBe("done");
  expect(events[5]?.detail.outcome).toBe("not-healed");
  await pass(120_000);
  expect(said().at(-1)).toBe("escalated");
  expect(healer.starts).toBe(0);
});

test("one that somebody else started during the pause is left alone", async () => {
  const { die, pass, said, healer } = createSupervisor();
  die();
  await pass(5000);
  die();
  await pass(1000);
  healer.pid = 900;
  await pass(20_000);
  expect(healer).toMatchObject({ starts: 1, pid: 900 });
  expect(said().slice(HEALED.length)).toEqual(["detected", "classified", "decided", "closed"]);
});

test("one that dies while the stack starts is for the start", async () => {
  const { die, pass, said } = createSupervisor({ missing: ["healer"] });
  die();
  await pass(1000);
  expect(said()).toEqual([]);
});

test("one that dies in the moment in which its case is closed is not forgotten", async () => {
  const supervisor = createSupervisor();
  let times = 0;
  supervisor.hearing.of = (type) => {
    if (type === "closed" && (times += 1) === 1) supervisor.die();
  };
  supervisor.die();
  await supervisor.pass(20_000);
  expect(supervisor.healer.starts).toBe(2);
  expect(supervisor.said()).toEqual([...HEALED, ...HEALED]);
});

test("a healer that hangs is ended and started again, and one that came back by itself is left alone", async () => {
  const { hang, pass, said, events, healer } = createSupervisor();
  hang();
  await pass(100);
  expect(healer).toMatchObject({ freezes: 1, stops: 1, starts: 1, pid: 101 });
  await pass(5000);
  expect(said()).toEqual(HEALED);
  expect(events[1]?.detail.reasons).toEqual(["its process is there and does not answer"]);
  hang();
  await pass(1000);
  healer.pid = 900;
  await pass(20_000);
  expect(healer).toMatchObject({ stops: 1, pid: 900 });
  expect(said().at(-1)).toBe("closed");
});

test("one that is silent again after its start is not called healed", async () => {
  const { hang, pass, events, healer } = createSupervisor();
  hang();
  await pass(1000);
  healer.healthy = false;
  await pass(4000);
  expect(events.find(({ type }) => type === "verified")?.detail).toMatchObject({
    outcome: "not-healed",
    reasons: ["process 101 does not answer again"],
  });
});

test("one that hangs is not stopped while a back-off is waited for, and left alone when it answers by then", async () => {
  const { hang, pass, said, events, healer } = createSupervisor();
  hang();
  await pass(6000);
  hang();
  await pass(1000);
  expect(said().at(-1)).toBe("decided");
  expect(healer).toMatchObject({ freezes: 1, isFrozen: false, stops: 1 });
  await pass(20_000);
  expect(events.at(-1)).toMatchObject({ type: "closed", detail: { reasons: ["process 101 answers again by itself"] } });
  expect(healer).toMatchObject({ freezes: 1, isFrozen: false, stops: 1 });
});

test("one that a person has to look at is not left stopped", async () => {
  const { hang, pass, said, healer } = createSupervisor();
  healer.healthy = false;
  hang();
  await pass(120_000);
  expect(said().at(-1)).toBe("escalated");
  expect(healer).toMatchObject({ isFrozen: false, freezes: 3 });
});

test("a healer that could not be ended stays stopped: what it knows of the audit is old, and it is tried again", async () => {
  const { hang, pass, events, said, healer } = createSupervisor({ cannotEnd: true });
  healer.healthy = false;
  hang();
  await pass(500);
  expect(events.find(({ type }) => type === "action.finished")?.detail.outcome).toBe("failed");
  expect(healer).toMatchObject({ pid: 100, isFrozen: true });
  await pass(120_000);
  expect(said().at(-1)).toBe("escalated");
  expect(healer).toMatchObject({ pid: 100, isFrozen: true, freezes: 3 });
});

test("from the moment that it is frozen until the next one runs nobody else starts or ends the healer", async () => {
  const { hang, pass, hearing, turns, healer } = createSupervisor();
  const others: unknown[] = [];
  hearing.of = (type) => {
    if (type !== "action.started") return;
    expect(healer.isFrozen).toBe(true);
    void turns.inTurn("healer", async () => others.push({ ...healer }));
  };
  hang();
  await pass(500);
  expect(others).toMatchObject([{ stops: 1, starts: 1, pid: 101, isFrozen: false }]);
});
