// What the healer makes of servers' own metrics: a stall, numbers that cannot be, and no numbers at all.
import { describe, expect, it } from "vitest";
import { metricDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/metrics/metric-detector.ts";
import type { MetricState } from "../../../../../../targets/reference-ai-stack/healer/detection/metrics/metric-detector.ts";
import type { Signal } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { MetricLook } from "../../../../../../targets/reference-ai-stack/healer/telemetry/metrics/metric-look.ts";
import { MadeServer } from "../../../../../builders/made-server.ts";

/** Two replicas that are read twice a second; a test changes them between. */
class Watched {
  readonly servers = { "inference-1": new MadeServer(), "inference-2": new MadeServer() };
  readonly pids = { "inference-1": 1, "inference-2": 2 };
  readonly unseen: { [replica: string]: MetricLook | undefined } = {};
  readonly sick = new Set<string>();
  lagMs = 500;
  at = 0;
  state: MetricState = metricDetector.initial;

  /** Lets `seconds` go by; `each` happens before every reading. */
  pass(seconds: number, each: () => void = () => undefined): this {
    for (const until = this.at + seconds * 1000; this.at < until;) {
      this.at += 500;
      each();
      const ids = ["inference-1", "inference-2"] as const;
      const replicas = ids.map((replica, n) => ({ service: "inference", replica, pid: this.pids[replica], port: n }));
      this.state = metricDetector.take(this.state, { kind: "roll-call", at: this.at, replicas });
      for (const replica of ids) {
        const scope = { service: "inference", replica };
        const state = this.sick.has(replica) ? ("silent" as const) : ("good" as const);
        this.state = metricDetector.take(this.state, {
          kind: "pulse",
          at: this.at,
          scope,
          pulse: { state, ms: 1, says: "" },
        });
        const look = this.unseen[replica] ?? this.servers[replica].seen(this.at, this.lagMs);
        this.state = metricDetector.take(this.state, { kind: "metrics", at: this.at, scope, look });
      }
    }
    return this;
  }

  serveAll(): void {
    for (const server of Object.values(this.servers)) server.serve(3);
  }

  signals(): readonly Signal[] {
    return metricDetector.signals(this.state);
  }

  names(): readonly string[] {
    return this.signals().map(({ name, scope }) => `${name} ${scope.replica ?? scope.service}`);
  }
}

/** A stack that has served for a while. */
function busy(): Watched {
  const watched = new Watched();
  watched.servers["inference-1"].running = 2;
  watched.servers["inference-2"].running = 2;
  return watched.pass(5, () => watched.serveAll());
}

const only2 = (watched: Watched) => (): void => watched.servers["inference-2"].serve(3);

describe("a stall", () => {
  it("is work under way of which nothing comes, and is not told while it could be a reading's age", () => {
    const watched = busy();
    expect(watched.names()).toEqual([]);
    expect(watched.pass(1.5, only2(watched)).names()).toEqual([]);
    expect(watched.pass(1, only2(watched)).names()).toEqual(["stalled inference-1"]);
    expect(watched.signals()[0]?.says).toMatch(/^2 requests under way and nothing came of them for 2\.5 s/);
    expect(watched.pass(0.5, () => watched.serveAll()).names()).toEqual([]);
  });

  it("is none while a long prompt is read, although nobody has an answer", () => {
    const watched = busy();
    const reads = (): void => {
      only2(watched)();
      watched.servers["inference-1"].readPrompt(20_000);
    };
    expect(watched.pass(8, reads).names()).toEqual([]);
    expect(watched.pass(3, only2(watched)).names()).toEqual(["stalled inference-1"]);
  });

  it("is never told sooner than twice what the readings may be old", () => {
    const watched = busy();
    watched.lagMs = 4000;
    watched.pass(6, only2(watched));
    expect(watched.names()).toEqual([]);
    watched.pass(3, only2(watched));
    expect(watched.signals()[0]).toMatchObject({ name: "stalled", freshMs: 4100 });
  });

  it("is none where nothing runs, where the gauges are unknown, and where readings come too late to tell", () => {
    const idle = busy();
    idle.servers["inference-1"].running = 0;
    expect(idle.pass(6, only2(idle)).names()).toEqual([]);
    const vanished = busy();
    vanished.servers["inference-1"].missing.add("vllm:num_requests_");
    expect(vanished.pass(6, only2(vanished)).names()).toEqual(["telemetry-lost inference"]);
    const late = busy();
    expect(late.names()).toEqual([]);
    for (let n = 0; n < 4; n += 1) {
      late.at += 2000;
      late.pass(0.5, only2(late));
    }
    expect(late.names()).toEqual([]);
  });

  it("of all replicas at once is the service's, for no restart of a replica can help there", () => {
    const watched = busy();
    expect(watched.pass(3).names()).toEqual([]);
    expect(watched.pass(2).names()).toEqual(["stalled inference"]);
  });

  it("begins anew with another process", () => {
    const watched = busy();
    watched.pass(1.5, only2(watched));
    watched.pids["inference-1"] = 11;
    watched.servers["inference-1"].restart();
    watched.servers["inference-1"].running = 1;
    expect(watched.pass(1.5, only2(watched)).names()).toEqual([]);
  });
});

describe("numbers that cannot be", () => {
  const lies: readonly [what: string, lie: (server: MadeServer) => void][] = [
    ["took", (server) => server.serve(2, { prefill: 0.04, decode: 0.2, e2e: 4 })],
    ["as a ratio", (server) => void (server.kv = 37)],
    ["below 0", (server) => void (server.running = -3)],
    ["NaN", (server) => void server.shown.set("vllm:num_requests_running", "NaN")],
    ["Infinity", (server) => void server.shown.set("vllm:generation_tokens_total", "+Inf")],
    [
      "contradict",
      (server) =>
        void server.shown.set('vllm:e2e_request_latency_seconds_bucket{engine="0",model_name="m",le="0.5"}', "0"),
    ],
    [
      "which its buckets contradict",
      (server) => {
        server.serve(2);
        server.shown.set("vllm:time_to_first_token_seconds_sum", String(5000 + server.running++ * 900));
      },
    ],
  ];

  it.each(lies)("are told, and nothing that they say is acted on: %s", (what, lie) => {
    const watched = busy();
    watched.pass(4, () => {
      lie(watched.servers["inference-1"]);
      watched.servers["inference-2"].serve(3);
    });
    expect(watched.names()).toEqual(["telemetry-implausible inference"]);
    expect(watched.signals()[0]?.says).toContain(what);
    expect(watched.signals()[0]?.says).toContain("inference-1");
    expect(watched.signals()[0]?.says).not.toContain("inference-2");
  });

  it("are milliseconds where seconds are meant", () => {
    const watched = new Watched();
    watched.servers["inference-1"].scale = 1000;
    watched.pass(4, () => {
      watched.servers["inference-1"].serve(2, { decode: 4 });
      watched.servers["inference-2"].serve(2, { decode: 4 });
    });
    expect(watched.signals().map(({ says }) => says)).toEqual([
      expect.stringMatching(/^inference-1: half of all (?:decode|e2e) are above 2500 s/),
    ]);
  });

  it("are not told for one odd reading", () => {
    const watched = busy();
    watched.pass(0.5, () => watched.servers["inference-1"].serve(2, { e2e: 4 }));
    expect(watched.pass(4, () => watched.serveAll()).names()).toEqual([]);
  });

  it("are counts that fell without a restart; after one they are none", () => {
    const watched = busy();
    watched.servers["inference-1"].restart();
    expect(watched.pass(1, () => watched.serveAll()).names()).toEqual([]);
    watched.pass(1, () => watched.serveAll());
    expect(watched.names()).toEqual(["telemetry-implausible inference"]);
    expect(watched.signals()[0]?.says).toMatch(/fell from \d+ to \d+ without a restart/);
    const restarted = busy();
    restarted.servers["inference-1"].restart();
    restarted.pids["inference-1"] = 11;
    expect(restarted.pass(4, () => restarted.serveAll()).names()).toEqual([]);
  });

  it("are none when a process' last words come after its successor is known, where the source tells them apart", () => {
    const handOver = (process: (isLater: boolean) => string): Watched => {
      const watched = busy();
      const lastWords = watched.servers["inference-1"].seen(watched.at + 400);
      watched.servers["inference-1"].restart();
      watched.pids["inference-1"] = 11;
      watched.unseen["inference-1"] = { ...lastWords, process: process(false) };
      watched.pass(0.5, () => watched.serveAll());
      return watched.pass(3, () => {
        watched.serveAll();
        watched.unseen["inference-1"] = { ...watched.servers["inference-1"].seen(watched.at), process: process(true) };
      });
    };
    expect(handOver(() => "one").names()).toEqual(["telemetry-implausible inference"]);
    expect(handOver(String).names()).toEqual([]);
  });

  it("are trusted again when they have been sound for a while", () => {
    const watched = busy();
    watched.servers["inference-1"].kv = 37;
    watched.pass(2, () => watched.serveAll());
    watched.servers["inference-1"].kv = 0.3;
    expect(watched.pass(12, () => watched.serveAll()).names()).toEqual([]);
  });
});

describe("the loss of telemetry", () => {
  const refused: MetricLook = { ok: false, why: "refused", says: "answered 401: a key is needed" };

  it("is told of a replica that is well, after 3 s, with the reason, and not as a trouble of the replica's", () => {
    const watched = busy();
    watched.unseen["inference-1"] = refused;
    expect(watched.pass(2.5, () => watched.serveAll()).names()).toEqual([]);
    watched.pass(1.5, () => watched.serveAll());
    expect(watched.signals()).toEqual([
      { name: "telemetry-lost", scope: { service: "inference" }, says: "inference-1: answered 401: a key is needed" },
    ]);
    watched.unseen["inference-1"] = undefined;
    expect(watched.pass(0.5).names()).toEqual([]);
  });

  it("is told from the start, when there never was a reading", () => {
    const watched = new Watched();
    watched.unseen["inference-1"] = refused;
    watched.unseen["inference-2"] = refused;
    expect(watched.pass(4).signals()[0]?.says).toMatch(/^inference-1: .*; inference-2: /);
  });

  it("is nothing new of a replica that is not well", () => {
    const watched = busy();
    watched.unseen["inference-1"] = { ok: false, why: "unreachable", says: "ECONNREFUSED" };
    watched.sick.add("inference-1");
    expect(watched.pass(6, only2(watched)).names()).toEqual([]);
  });

  it("is counted from when the replica is well again, not from when it died", () => {
    const watched = busy();
    watched.unseen["inference-1"] = { ok: false, why: "unreachable", says: "ECONNREFUSED" };
    watched.sick.add("inference-1");
    watched.pass(6, only2(watched));
    watched.sick.clear();
    expect(watched.pass(2, only2(watched)).names()).toEqual([]);
    expect(watched.pass(2, only2(watched)).names()).toEqual(["telemetry-lost inference"]);
    watched.pids["inference-1"] = 11;
    expect(watched.pass(2, only2(watched)).names()).toEqual([]);
  });

  it("is a series that vanished, and no longer when it is back", () => {
    const watched = busy();
    watched.servers["inference-1"].missing.add("vllm:kv_cache_usage_perc");
    watched.pass(4, () => watched.serveAll());
    expect(watched.signals()[0]?.says).toBe("inference-1: a series of vllm:kv_cache_usage_perc vanished");
    watched.servers["inference-1"].missing.clear();
    expect(watched.pass(1, () => watched.serveAll()).names()).toEqual([]);
  });
});
