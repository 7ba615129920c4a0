// A supervisor without a stack: its real routes for operations and for the feed, and operations that only count.
import { createIncidentFeed } from "../../../targets/reference-ai-stack/supervisor/incident-feed.ts";
import { NO_TRACER } from "../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { listen } from "../../../targets/reference-ai-stack/common/serve.ts";
import { readStackConfig } from "../../../targets/reference-ai-stack/config.ts";
import { membersAtStart } from "../../../targets/reference-ai-stack/edge-settings.ts";
import { createSupervisorApp } from "../../../targets/reference-ai-stack/supervisor/app.ts";
import { createGate } from "../../../targets/reference-ai-stack/supervisor/gate.ts";
import { createFleet } from "../../../targets/reference-ai-stack/supervisor/fleet.ts";
import { answered, operation, refused } from "../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import type { AnyOperation } from "../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import { OPERATIONS } from "../../../targets/reference-ai-stack/supervisor/operations/table.ts";
import type { Lineage } from "../../../targets/reference-ai-stack/supervisor/lineage.ts";
import { createSpecs } from "../../../targets/reference-ai-stack/supervisor/specs.ts";
import { createTraffic } from "../../../targets/reference-ai-stack/supervisor/traffic.ts";
import { SECRETS } from "../../builders/stack-secrets.ts";
import { nothingDone, presentWith, shippedModels } from "../../builders/shipped-models.ts";

export interface StandIn {
  readonly port: number;
  /** What was done, in order: name and args. */
  operations(): readonly string[];
  /** Types of the claims that a listener has heard. */
  claims(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function openStandIn(healerToken: string): Promise<StandIn> {
  const done: string[] = [];
  const named = [...OPERATIONS.map(({ name }) => name), "first", "second", "undo"];
  const counting = named.map((name): AnyOperation =>
    operation({
      name,
      scope: "stack",
      parse: (args) => ({ ok: true, args }),
      run: async (args) => {
        done.push(`${name} ${JSON.stringify(args)}`);
        return answered({ done: name });
      },
    }),
  );
  const fails = operation({
    name: "fails",
    scope: "stack",
    parse: (args) => ({ ok: true, args }),
    run: async () => {
      done.push("fails");
      return refused(409, "it cannot be done");
    },
  });
  const config = readStackConfig({});
  const secrets = { ...SECRETS, healerToken };
  const members = membersAtStart(config.edges);
  const traffic = createTraffic({ gatewayPort: 9, supervisorToken: "unused", members });
  const specs = createSpecs(config, {}, secrets, presentWith(members));
  const feed = createIncidentFeed();
  const fleet = createFleet(specs.atStart, quiet);
  const gate = createGate({ people: [], healerToken, audit: async () => undefined, now: () => 0 });
  const parts = {
    fleet,
    traffic,
    models: shippedModels(),
    ...nothingDone(),
    specs,
    config,
    secrets,
    log: quiet,
    tracer: NO_TRACER,
    feed,
    gate,
    lineage: NO_LINEAGE,
  };
  const app = createSupervisorApp(parts, [...counting, fails]);
  app.get("/done", (c) => c.json({ times: done.length }));
  const heard = hear(feed.open());
  const server = await listen(app, 0);
  return {
    port: server.port,
    operations: () => done,
    claims: () => heard.types(),
    close: async () => {
      await heard.leave();
      await server.close();
    },
  };
}

const NO_LINEAGE: Lineage = {
  note: async () => undefined,
  read: async () => ({ chain: { ok: true, records: 0, lastHash: "", events: [] }, entries: [] }),
  close: async () => undefined,
};

/** Everything that a feed has sent, read in the background. */
function hear(response: Response): { types(): Promise<readonly string[]>; leave(): Promise<void> } {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const reading = (async () => {
    for (;;) {
      const piece = await reader?.read();
      if (piece?.value === undefined) return;
      text += decoder.decode(piece.value, { stream: true });
    }
  })();
  return {
    async types() {
      // What was published is in the stream by now, and is read within the next turns.
      await new Promise((resolve) => setImmediate(resolve));
      return [...text.matchAll(/"type":"healing\.incident\.([\w.]+)"/g)].map(([, type = ""]) => type);
    },
    async leave() {
      await reader?.cancel();
      await reading;
    },
  };
}
