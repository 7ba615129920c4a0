// Asks a real engine itself when something happened to a container, beside what the product hears of it.

import { expect } from "vitest";
import type { ToldEffect } from "../../src/core/told-effect.ts";
import type { TestEngine } from "./engine.ts";

/** What one fault did at which time, on this machine's monotonic clock, ms. */
interface Noted {
  readonly site: { readonly harmBegins: () => void; readonly effectTold: (effect: ToldEffect) => void };
  /**
   * Expects that it was told of once, within 5 ms of the engine's own events, after the first harmful act and before
   * now. `container`: id.
   */
  isAsTheEngineSays(engine: TestEngine, container: string): Promise<void>;
}

const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** How far the wall clock is ahead of the monotonic one by the closest of some readings, and half its width, ms. */
function wallAhead(): { readonly aheadMs: number; readonly withinMs: number } {
  const readings = Array.from({ length: 20 }, () => {
    const before = monotonicMs();
    const wall = performance.timeOrigin + performance.now();
    const after = monotonicMs();
    return { aheadMs: wall - (before + after) / 2, withinMs: (after - before) / 2 };
  });
  return readings.reduce((best, one) => (one.withinMs < best.withinMs ? one : best));
}

export function noteTold(): Noted {
  const [begun, told]: [number[], ToldEffect[]] = [[], []];
  const since = Date.now();
  return {
    site: { harmBegins: () => void begun.push(monotonicMs()), effectTold: (effect) => void told.push(effect) },
    async isAsTheEngineSays({ docker }, container) {
      const now = monotonicMs();
      const { aheadMs, withinMs } = wallAhead();
      const [effect] = told;
      expect(told, "told of once").toHaveLength(1);
      if (effect === undefined) return;
      // An end that was asked for politely lasts from the first signal to the program's end.
      const last = effect.event === "kill" ? "die" : effect.event;
      const type = last === "disconnect" ? "network" : "container";
      const filters = { type: [type as "container"], event: [effect.event, last] };
      const stream = await docker.getEvents({ since: since / 1e3, until: Date.now() / 1e3, filters });
      let text = "";
      for await (const part of stream) text += String(part);
      const events = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line) as EngineEvent]));
      const own = events.filter(({ Actor: { ID, Attributes } }) => [ID, Attributes.container].includes(container));
      const at = (name: string): number =>
        (own.find(({ Action }) => Action === name)?.timeNano ?? Number.NaN) / 1e6 - aheadMs;
      expect(Math.abs(effect.lo - at(effect.event)), "apart from the engine's event, ms").toBeLessThanOrEqual(
        5 + withinMs,
      );
      expect(Math.abs(effect.hi - at(last)), "apart from its last event, ms").toBeLessThanOrEqual(5 + withinMs);
      expect(effect.lo).toBeGreaterThan(begun[0] ?? Infinity);
      expect(effect.hi).toBeLessThan(now);
    },
  };
}

interface EngineEvent {
  readonly Action: string;
  readonly timeNano: number;
  readonly Actor: { readonly ID: string; readonly Attributes: { readonly container?: string } };
}
