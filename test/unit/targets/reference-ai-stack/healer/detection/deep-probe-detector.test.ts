// Deep against shallow: when a completion that does not come is a hang, when it is long work, and when it is nobody's.
import { expect, test } from "vitest";
import { deepProbeDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/deep-probe-detector.ts";
import { needsConfirming } from "../../../../../../targets/reference-ai-stack/healer/detection/confirm.ts";
import type { DeepState } from "../../../../../../targets/reference-ai-stack/healer/detection/deep-probe-detector.ts";
import type { CompletionView, Pulse } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { MadeServer } from "../../../../../builders/made-server.ts";

const scope = { service: "inference", replica: "inference-1" };
const MADE: CompletionView = { state: "good", says: "one token" };
const LATE: CompletionView = { state: "silent", says: "no answer within 1000 ms" };

/** One replica that is looked at as the healer does: health and metrics twice a second, a completion once. */
class Probed {
  readonly server = new MadeServer();
  pid: number | null = 1;
  seen: CompletionView = MADE;
  pulse: Pulse = { state: "good", ms: 2, says: "health 200" };
  /** Requests that end between two readings; null: its metrics cannot be read. */
  serving: number | null = 0;
  /** Tokens of prompts that are read between two readings. */
  reading = 0;
  at = 0;
  state: DeepState = deepProbeDetector.initial;

  pass(seconds: number): this {
    for (const until = this.at + seconds * 1000; this.at < until;) {
      this.at += 500;
      const { at } = this;
      const take = (one: Parameters<typeof deepProbeDetector.take>[1]): void =>
        void (this.state = deepProbeDetector.take(this.state, one));
      take({ kind: "roll-call", at, replicas: [{ ...scope, pid: this.pid, port: 1 }] });
      take({ kind: "pulse", at, scope, pulse: this.pulse });
      if (at % 1000 === 0) take({ kind: "completion", at, scope, seen: this.seen });
      this.server.serve(this.serving ?? 0);
      this.server.readPrompt(this.reading);
      const unread = { ok: false, why: "stale", says: "too old" } as const;
      take({ kind: "metrics", at, scope, look: this.serving === null ? unread : this.server.seen(at, 500) });
    }
    return this;
  }

  names(): readonly string[] {
    return deepProbeDetector.signals(this.state).map(({ name }) => name);
  }
}

function well(): Probed {
  const probed = new Probed().pass(5);
  expect(probed.names()).toEqual([]);
  return probed;
}

test("two completions in a row that do not come, and no token that moves, are a hang; one is not", () => {
  const probed = well();
  probed.seen = LATE;
  expect(probed.pass(1).names()).toEqual([]);
  expect(probed.pass(1).names()).toEqual(["completes-nothing"]);
  probed.seen = MADE;
  expect(probed.pass(1).names()).toEqual([]);
});

test("the same while tokens move is long work, and a hang as soon as they stand still", () => {
  const probed = well();
  Object.assign(probed, { seen: LATE, serving: 2 });
  expect(probed.pass(4).names()).toEqual(["works-on"]);
  probed.serving = 0;
  expect(probed.pass(1).names()).toEqual(["completes-nothing"]);
});

test("long prompts that are being read are long work too, although no answer has begun, and a hang once they stand still", () => {
  const probed = well();
  Object.assign(probed, { seen: LATE, reading: 20_000 });
  expect(probed.pass(6).names()).toEqual(["works-on"]);
  probed.reading = 0;
  expect(probed.pass(1).names()).toEqual(["completes-nothing"]);
});

test("tokens that were made before the first completion was missed do not excuse a hang", () => {
  const probed = well();
  probed.serving = 5;
  probed.pass(2);
  probed.seen = LATE;
  probed.pass(0.5);
  probed.serving = 0;
  expect(probed.pass(1.5).names()).toEqual(["completes-nothing"]);
});

test("where nobody can say whether tokens move, four completions must be missing, and that alone is no proof", () => {
  const probed = well();
  Object.assign(probed, { seen: LATE, serving: null });
  expect(probed.pass(3).names()).toEqual([]);
  expect(probed.pass(1).names()).toEqual(["completes-nothing-unmeasured"]);
  expect(needsConfirming({ scope, signals: deepProbeDetector.signals(probed.state) })).toBe(true);
});

test("a replica whose health check is late or silent too is left to the hard probe, or to a starved machine", () => {
  for (const pulse of [
    { state: "silent", ms: 1000, says: "no answer" },
    { state: "good", ms: 700, says: "health 200" },
  ] as const) {
    const probed = well();
    Object.assign(probed, { seen: LATE, pulse });
    expect(probed.pass(6).names()).toEqual([]);
  }
});

test("a replica that has not completed anything yet is still starting, and so is one that was started anew", () => {
  const probed = new Probed();
  probed.seen = LATE;
  expect(probed.pass(6).names()).toEqual([]);
  probed.seen = MADE;
  probed.pass(2);
  Object.assign(probed, { pid: 2, seen: LATE });
  expect(probed.pass(6).names()).toEqual([]);
});

test("what was sent away counts as not made, and who cannot be reached is the hard probe's matter", () => {
  const probed = well();
  probed.seen = { state: "busy", says: "answered 429" };
  expect(probed.pass(2).names()).toEqual(["completes-nothing"]);
  probed.seen = { state: "refused", says: "ECONNREFUSED" };
  expect(probed.pass(1).names()).toEqual([]);
});

test("after an incident it has to show itself anew", () => {
  const probed = well();
  probed.seen = LATE;
  probed.pass(3);
  probed.state = deepProbeDetector.forget(probed.state, "inference-1");
  expect(probed.names()).toEqual([]);
  expect(probed.pass(2).names()).toEqual(["completes-nothing"]);
});
