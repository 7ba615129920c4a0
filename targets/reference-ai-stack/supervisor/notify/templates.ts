// What a notification looks like: plain, as PagerDuty's Events API v2 takes it, or as ServiceNow's em_event does.
import type { CloudEvent } from "../../healer/governance/cloud-event.ts";

/** What the event means for who carries the pager. */
type Urgency = "page" | "answered" | "over";

export interface Notice {
  readonly event: CloudEvent;
  readonly type: string;
  readonly incident: string;
  readonly where: string;
  readonly reasons: string;
  readonly urgency: Urgency;
}

/** Events that somebody is told of; others are for the feed alone. */
const URGENCIES: Readonly<Record<string, Urgency>> = {
  "approval.requested": "page",
  "approval.granted": "answered",
  "approval.denied": "answered",
  "approval.expired": "page",
  "action.started": "page",
  escalated: "page",
  closed: "over",
  held: "over",
};

const PREFIX = "healing.incident.";

/** Null: nobody is told. Texts of the event are cut, since receivers have limits. */
export function noticeOf(event: CloudEvent): Notice | null {
  const type = event.type.replace(PREFIX, "");
  const urgency = Object.hasOwn(URGENCIES, type) ? URGENCIES[type] : undefined;
  if (urgency === undefined) return null;
  const { scope, reasons, tier } = event.data;
  // What is of low risk is done without a word.
  if (type === "action.started" && tier === "low") return null;
  const place = typeof scope === "object" && scope !== null ? Object.entries(scope) : [];
  const named = place.find(([key]) => key === "replica") ?? place.find(([key]) => key === "service");
  const words = Array.isArray(reasons) ? reasons.filter((one) => typeof one === "string").join("; ") : "";
  const where = String(named?.[1] ?? "the stack").slice(0, 100);
  return { event, type, incident: event.subject, where, reasons: words.slice(0, 1000), urgency };
}

export const TEMPLATES = ["plain", "pagerduty", "servicenow"] as const;
export type Template = (typeof TEMPLATES)[number];

/** `key`: PagerDuty's routing key. */
export function bodyFor(template: Template, notice: Notice, key: string): object {
  if (template === "pagerduty") return pagerDuty(notice, key);
  return template === "servicenow" ? serviceNow(notice) : notice.event;
}

const ACTIONS = { page: "trigger", answered: "acknowledge", over: "resolve" } as const;

/** Events API v2: `dedup_key` joins all events of an incident into one alert. */
function pagerDuty(notice: Notice, key: string): object {
  const { event, type, incident, where, urgency } = notice;
  return {
    routing_key: key,
    event_action: ACTIONS[urgency],
    dedup_key: incident,
    payload: {
      summary: summaryOf(notice).slice(0, 1024),
      source: where,
      severity: type === "escalated" ? "critical" : "warning",
      timestamp: event.time,
      component: where,
      class: type,
      custom_details: event.data,
    },
  };
}

/** Event Management, `em_event`: `message_key` joins the events of an incident; severity 0 clears it. */
function serviceNow(notice: Notice): object {
  const { event, type, incident, where, urgency } = notice;
  const time = event.time.slice(0, 19).replace("T", " ");
  return {
    records: [
      {
        source: "reference-ai-stack",
        node: where,
        resource: where,
        type,
        message_key: incident,
        severity: urgency === "over" ? "0" : type === "escalated" ? "1" : "3",
        resolution_state: urgency === "over" ? "Closing" : "New",
        time_of_event: time,
        description: summaryOf(notice),
        additional_info: JSON.stringify(event.data).slice(0, 4000),
      },
    ],
  };
}

function summaryOf({ type, incident, where, reasons }: Notice): string {
  return `${type} on ${where} (${incident})${reasons === "" ? "" : `: ${reasons}`}`;
}
