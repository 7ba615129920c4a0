// Firing alerts of an Alertmanager (API v2) or a Prometheus (API v1), asked for again and again. An alert that fires is
// a detection, one that fires no more closes it. While one of a place fires from before, the source is not open: nobody
// could tell it from one that fires of the fault.

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { AlertsSource, Meaning } from "../../core/feed-source.ts";
import { ask } from "../../lib/ask.ts";
import { whyUnanswered } from "../ask.ts";
import type { Said } from "./claim-maker.ts";
import type { Listening } from "./listening.ts";

/** Longest answer that is read, bytes. */
const longestAnswer = 8 * 1024 * 1024;

const labels = z.record(z.string(), z.string());

/** An alert as both say it, in one shape. */
interface Alert {
  /** The same alert has the same; it fires anew with another. */
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly since: string;
  readonly summary: string;
}

const alertmanagerPage = z.array(
  z.object({
    labels,
    annotations: labels.default({}),
    startsAt: z.string(),
    fingerprint: z.string(),
    status: z.object({ state: z.string() }),
  }),
);

const prometheusPage = z.object({
  status: z.literal("success"),
  data: z.object({
    alerts: z.array(z.object({ labels, annotations: labels.default({}), activeAt: z.string(), state: z.string() })),
  }),
});

/** Where each has its alerts, and how its answer is read. */
const apis = {
  alertmanager: {
    // Silenced and inhibited ones call nobody.
    path: "/api/v2/alerts?active=true&silenced=false&inhibited=false",
    read: (page: unknown): readonly Alert[] =>
      alertmanagerPage
        .parse(page)
        .filter(({ status }) => status.state !== "suppressed")
        .map(({ labels: own, annotations, startsAt, fingerprint }) => ({
          id: `${fingerprint}@${startsAt}`,
          labels: own,
          since: startsAt,
          summary: summaryOf(annotations),
        })),
  },
  prometheus: {
    path: "/api/v1/alerts",
    // A pending one waits for its `for`, and calls nobody.
    read: (page: unknown): readonly Alert[] =>
      prometheusPage
        .parse(page)
        .data.alerts.filter(({ state }) => state === "firing")
        .map(({ labels: own, annotations, activeAt }) => ({
          id: `${JSON.stringify(Object.entries(own).toSorted(([a], [b]) => (a < b ? -1 : 1)))}@${activeAt}`,
          labels: own,
          since: activeAt,
          summary: summaryOf(annotations),
        })),
  },
} as const;

function summaryOf(annotations: Readonly<Record<string, string>>): string {
  return annotations["summary"] ?? annotations["description"] ?? annotations["message"] ?? "";
}

/** Asks until the signal; never rejects. A question that is not answered says that the source was lost, or not open. */
export async function watchAlerts(
  source: AlertsSource,
  { clock, signal, life, say, allows }: Listening,
): Promise<void> {
  const { path, read } = apis[source.kind];
  let firing: ReadonlyMap<string, Alert> | undefined;
  while (!signal.aborted) {
    const from = clock.now();
    try {
      const asking = {
        signal,
        timeoutMs: Math.max(1000, source.everyMs),
        headers: source.headers,
        longest: longestAnswer,
      };
      const answer = await ask(`${source.url.replace(/\/$/, "")}${path}`, { ...asking, allows, reuse: true });
      if (!answer.ok) throw new Error(answer.says);
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
      const now = new Map(
        read(JSON.parse(answer.text))
          .filter(fits(source))
          .map((alert) => [alert.id, alert]),
      );
      const [early] = firing === undefined ? firesAlready(source, now) : [];
      if (early !== undefined) throw new Error(early);
      const said = firing === undefined ? [] : changes(source, firing, now);
      // It was like this when the question was sent; what an answer brings came after that of the last one.
      const at = clock.now();
      life.sign(firing === undefined ? at : from, said.length > 0);
      for (const one of said) say(one, at);
      firing = now;
    } catch (thrown) {
      if (!signal.aborted) life.lost(whyUnanswered(thrown));
    }
    const rest = Math.max(0, source.everyMs - (clock.now() - from));
    await sleep(rest, undefined, { signal }).catch(() => undefined);
  }
}

function fits({ match }: AlertsSource): (alert: Alert) => boolean {
  return (alert) => Object.entries(match).every(([name, value]) => (alert.labels[name] ?? "") === value);
}

/** Why it cannot be begun with these: alerts of a place, which could not be heard to begin. */
function firesAlready(source: AlertsSource, now: ReadonlyMap<string, Alert>): readonly string[] {
  const placed = [...now.values()].map((alert) => saidOf(source, alert, "detected"));
  return placed
    .filter(({ service, replica }) => (service ?? replica) !== undefined)
    .map(({ reasons }) => `${reasons[0] ?? ""} already and cannot be heard to begin; match can leave it out`);
}

function changes(
  source: AlertsSource,
  before: ReadonlyMap<string, Alert>,
  now: ReadonlyMap<string, Alert>,
): readonly Said[] {
  const fired = [...now.values()].filter(({ id }) => !before.has(id)).map((alert) => saidOf(source, alert, "detected"));
  const over = [...before.values()].filter(({ id }) => !now.has(id)).map((alert) => saidOf(source, alert, "closed"));
  return [...fired, ...over];
}

function saidOf(source: AlertsSource, alert: Alert, type: "detected" | "closed"): Said {
  const { service, replica, class: as } = meaningOf(source, alert);
  const name = alert.labels["alertname"] ?? "an alert";
  return {
    type,
    incident: alert.id,
    time: type === "detected" ? alert.since : "",
    ...(service !== undefined && { service }),
    ...(replica !== undefined && { replica }),
    ...(as !== undefined && { class: as }),
    reasons: [type === "detected" ? `${name} fires` : `${name} fires no more`, alert.summary],
  };
}

/** What the target says of alerts of this name, then what its labels say. */
function meaningOf({ labels: named, alerts }: AlertsSource, alert: Alert): Meaning {
  const own = new Map(Object.entries(alerts)).get(alert.labels["alertname"] ?? "") ?? {};
  const label = (key: keyof Meaning): string | undefined =>
    named[key] === undefined ? undefined : alert.labels[named[key]];
  const said = { service: label("service"), replica: label("replica"), class: label("class") };
  // A label that speaks of another place would contradict what the target says of the alert.
  const place = (own.service ?? own.replica) === undefined ? { service: said.service, replica: said.replica } : own;
  const as = own.class ?? said.class;
  return {
    ...(place.service !== undefined && { service: place.service }),
    ...(place.replica !== undefined && { replica: place.replica }),
    ...(as !== undefined && { class: as }),
  };
}
