// The incident feed: CloudEvents over server-sent events, with a beat so quick that an arrival is known to a few ms.

import type { ServerResponse } from "node:http";
import type { PlannedClaim } from "./script.ts";

/** The contract asks for 250; marks of arrivals are as sharp as this, ms. */
const beatMs = 10;
const incident = "incident-1";

const words: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  classified: { class: "trigger-lost", confidence: 0.99 },
  decided: { class: "trigger-lost", pathway: "restart-trigger" },
  "action.started": { pathway: "restart-trigger", action: "restart" },
  "action.finished": { pathway: "restart-trigger", action: "restart" },
};

export interface Feed {
  listen(response: ServerResponse): void;
  /** Publishes now; `wallMs` is what the target's own clock shows. */
  publish(claim: PlannedClaim, replica: string, wallMs: number): void;
  /** Breaks every connection. */
  cut(): void;
}

export function makeFeed(): Feed {
  const listeners = new Set<ServerResponse>();
  let published = 0;
  const toAll = (text: string): void => {
    for (const listener of listeners) listener.write(text);
  };
  setInterval(() => toAll(":\n\n"), beatMs).unref();
  return {
    listen(response) {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(":\n\n");
      listeners.add(response);
      response.once("close", () => listeners.delete(response));
    },
    cut() {
      for (const listener of listeners) listener.destroy();
    },
    publish({ type, outcome }, replica, wallMs) {
      published += 1;
      const event = {
        specversion: "1.0",
        id: `${incident}/${published}`,
        source: "oracle/healer",
        type: `healing.incident.${type}`,
        subject: incident,
        time: new Date(wallMs).toISOString(),
        data: {
          incident,
          scope: { service: "trigger", replica },
          ...words[type],
          ...(outcome !== undefined && { outcome }),
          reasons: ["the script says so"],
        },
      };
      toAll(`data: ${JSON.stringify(event)}\n\n`);
    },
  };
}
