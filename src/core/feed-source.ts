// What a stack says of its incidents in words that are not ours: alerts, log lines, calls to a webhook, events of its
// containers. What it says comes to be claims (src/records/claim.ts), each by its arrival at our side.

import type { ClaimType } from "../records/claim.ts";
import type { ContainerEvent } from "./container-events.ts";
import type { Ms } from "./units.ts";

/** What of the target something is about, and what it is taken for. */
export interface Meaning {
  readonly service?: string;
  readonly replica?: string;
  readonly class?: string;
}

interface AnySource {
  /** What is heard may have been known earlier by this, ms: t2 reaches back so far. */
  readonly resolutionMs: Ms;
  /** Replicas by what the source calls them; templates are filled in at both ends. */
  readonly names: Readonly<Record<string, string>>;
}

/** Firing alerts, asked for again and again. */
export interface AlertsSource extends AnySource {
  readonly kind: "alertmanager" | "prometheus";
  /** Where it is, without the path of its API. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly everyMs: Ms;
  /** Only alerts with these labels. */
  readonly match: Readonly<Record<string, string>>;
  /** Labels that say where and what. */
  readonly labels: Meaning;
  /** What alerts of these names mean, before any label. */
  readonly alerts: Readonly<Record<string, Meaning>>;
}

/** What an action or its end is said with, beside its meaning. */
export interface Saying extends Meaning {
  readonly pathway?: string;
  readonly outcome?: string;
}

/** A line that says something. */
interface LogRule extends Saying {
  /** A regular expression; groups of the names of a claim's fields say what they hold. */
  readonly matches: string;
  readonly type: ClaimType;
}

/** Lines of a file that grows. */
export interface LogSource extends AnySource {
  readonly kind: "log";
  readonly file: string;
  readonly lines: readonly LogRule[];
}

/** Where in a call something stands, as JSON pointers. */
export interface CallFields {
  readonly type: string;
  readonly incident?: string;
  readonly service?: string;
  readonly replica?: string;
  readonly class?: string;
  readonly pathway?: string;
  readonly outcome?: string;
}

/** Calls to a receiver of ours. */
export interface WebhookSource extends AnySource {
  readonly kind: "webhook";
  /** It listens there, on loopback. */
  readonly port: number;
  /** Bearer token without which nothing is taken. */
  readonly token: string;
  /** Pointer to a list of what is said; absent: the whole body is one. */
  readonly each?: string;
  readonly fields: CallFields;
  /** What its words at `fields.type` mean. */
  readonly types: Readonly<Record<string, ClaimType>>;
}

/** An event of a container that says something. */
interface EventRule extends Saying {
  readonly event: ContainerEvent;
  readonly type: ClaimType;
}

/** What the engine tells of the stack's containers, each with its replica; `service` picks those of one service. */
export interface EventsSource extends AnySource {
  readonly kind: "events";
  readonly told: readonly EventRule[];
}

export type FeedSource = AlertsSource | LogSource | WebhookSource | EventsSource;

/** What a target says of who tells of its incidents. */
interface Speaking {
  readonly feedUrl?: string;
  readonly feedSource?: FeedSource;
}

/** True where something says what was detected. */
export function hasFeed({ feedUrl, feedSource }: Speaking): boolean {
  return feedUrl !== undefined || feedSource !== undefined;
}

/** True where what is said tells of no action: then actions are told by what is seen. */
export function tellsAlarmsOnly({ feedSource }: Pick<Speaking, "feedSource">): boolean {
  if (feedSource === undefined) return false;
  const isAction = (type: ClaimType): boolean => type === "action.finished";
  if (feedSource.kind === "log") return !feedSource.lines.some(({ type }) => isAction(type));
  if (feedSource.kind === "events") return !feedSource.told.some(({ type }) => isAction(type));
  return feedSource.kind !== "webhook" || !Object.values(feedSource.types).some(isAction);
}
