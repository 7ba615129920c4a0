// What the inference replicas of the stack in memory say of themselves.
import type { MetricsUnseen } from "../../../../../targets/reference-ai-stack/healer/telemetry/metrics/metric-look.ts";
import type { TelemetrySource } from "../../../../../targets/reference-ai-stack/healer/telemetry/metrics/telemetry-source.ts";
import { MadeServer } from "../../../../builders/made-server.ts";

/** The metrics of a server, and whether they can be read. */
export class FakeServer extends MadeServer {
  unreadable: MetricsUnseen | null = null;
  /** Requests that end well between two readings. */
  serving = 0;
  readonly replica: string;

  constructor(replica: string) {
    super();
    this.replica = replica;
  }
}

/** Those of the inference replicas of the start, and of some that may join, by replica. */
export function newServers(): ReadonlyMap<string, FakeServer> {
  return new Map(Array.from({ length: 8 }, (_, n) => `inference-${n + 1}`).map((name) => [name, new FakeServer(name)]));
}

/** A source that reads them. */
export function sourceOf(servers: ReadonlyMap<string, FakeServer>, now: () => number): TelemetrySource {
  return {
    name: "made",
    everyMs: 500,
    reads: (service) => service === "inference",
    look: async ({ replica }) => {
      const server = servers.get(replica) ?? new FakeServer(replica);
      server.serve(server.serving);
      return server.unreadable ?? server.seen(now());
    },
    recall: async () => [],
  };
}
