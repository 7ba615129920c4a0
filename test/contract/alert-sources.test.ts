// A real Prometheus and a real Alertmanager as who notices: what fires there is a detection, and closed when it does no
// more.

import { describe, expect, it } from "vitest";
import type { AlertsSource } from "../../src/core/feed-source.ts";
import type { FeedItem } from "../../src/probes/healer-claims.ts";
import { listenTo } from "../builders/listen-to.ts";
import { noAlertmanager, noPrometheus, startAlertmanager, startPrometheus } from "../support/prometheus.ts";
import { serveForTest } from "../support/serve-for-test.ts";

const rules = `groups:
  - name: web
    rules:
      - { alert: Watchdog, expr: vector(1), labels: { severity: none } }
      - { alert: WebDown, expr: up == 0, labels: { severity: page }, annotations: { summary: It gives no page. } }
      - { alert: WebWaits, expr: up == 0, for: 1h, labels: { severity: page } }
`;
const isClaim = (type: string) => (event: FeedItem) => event.kind === "claim" && event.claim.type === type;
const isState = (state: string) => (event: FeedItem) => event.kind === "feed" && event.state === state;

describe.skipIf((noPrometheus ?? noAlertmanager) !== undefined)("an alert of a real server", () => {
  it("is heard of Prometheus and of Alertmanager, with what it is about, and is closed once it fires no more", async () => {
    let status = 200;
    const page = await serveForTest((_request, response) => {
      response.writeHead(status, { "content-type": "text/plain; version=0.0.4" }).end("asked_total 1\n");
    });
    await using alertmanager = await startAlertmanager();
    await using prometheus = await startPrometheus([page.port], { rules, alertmanager });
    const source = {
      headers: {},
      everyMs: 100,
      match: { severity: "page" },
      labels: { replica: "instance" },
      alerts: { WebDown: { class: "gone" } },
      resolutionMs: 1_000,
      names: { [`127.0.0.1:${page.port}`]: "web-1" },
    } satisfies Omit<AlertsSource, "kind" | "url">;
    const heard = [
      listenTo({ ...source, kind: "prometheus", url: prometheus.url }),
      listenTo({ ...source, kind: "alertmanager", url: alertmanager.url }),
    ];
    await Promise.all(heard.map(({ until }) => until(isState("open"))));
    status = 500;
    for (const event of await Promise.all(heard.map(({ until }) => until(isClaim("detected"))))) {
      const about = { scope: { service: "web", replica: "web-1" }, class: "gone" };
      expect(event).toMatchObject({ claim: { ...about, reasons: ["WebDown fires", "It gives no page."] } });
    }
    status = 200;
    await Promise.all(heard.map(({ until }) => until(isClaim("closed"))));
    // One that waits for its time calls nobody, and one of no page is none of ours.
    for (const { events } of heard) expect(events.filter(isClaim("detected"))).toHaveLength(1);
  });
});
