// Tells somebody outside by a signed webhook. Signed is `<timestamp>.<body>` with HMAC-SHA256, so that a receiver can
// refuse what is forged, and by the timestamp what is old: 300 s is the window to use. Each try is signed anew.
import { createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import type { Logger } from "../../common/log.ts";
import type { AuditFields } from "../../healer/governance/audit-chain.ts";
import type { CloudEvent } from "../../healer/governance/cloud-event.ts";
import type { WebhookConfig } from "./webhook-config.ts";
import { bodyFor, noticeOf, type Notice } from "./templates.ts";

export interface WebhookParts {
  readonly to: WebhookConfig;
  readonly log: Logger;
  /** Never rejects. */
  readonly audit: (fields: AuditFields) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** Tries of one notification, and the pause before the second, which doubles: about 15 s in all, ms. */
const TRIES = 5;
const FIRST_PAUSE_MS = 1000;
const TIMEOUT_MS = 3000;
/** Notifications that wait at most; the oldest makes room. */
const MOST_WAITING = 100;

/** Hears each event of the feed; what concerns nobody outside is let go. Sends one at a time, in order. */
export function openWebhook(parts: WebhookParts): (event: CloudEvent) => void {
  const waiting: Notice[] = [];
  let isBusy = false;
  const work = async (): Promise<void> => {
    isBusy = true;
    for (let notice = waiting.shift(); notice !== undefined; notice = waiting.shift()) await deliver(parts, notice);
    isBusy = false;
  };
  return (event) => {
    const notice = noticeOf(event);
    if (notice === null) return;
    waiting.push(notice);
    const lost = waiting.length > MOST_WAITING ? waiting.shift() : undefined;
    if (lost !== undefined) parts.log.error("a notification was dropped: too many wait", { incident: lost.incident });
    if (!isBusy) void work();
  };
}

async function deliver(parts: WebhookParts, notice: Notice): Promise<void> {
  const { to, audit, log, sleep = pause } = parts;
  const body = JSON.stringify(bodyFor(to.template, notice, to.key));
  let says = "";
  for (let n = 0; n < TRIES; n += 1) {
    if (n > 0) await sleep(FIRST_PAUSE_MS * 2 ** (n - 1));
    const answer = await post(parts, body, notice.event.id);
    if (answer.done) return write("notification.sent", `${answer.says}, try ${n + 1}`);
    says = answer.says;
    if (!answer.again) break;
  }
  log.error("a notification was not taken", { incident: notice.incident, reason: says });
  return write("notification.failed", says);

  async function write(what: string, why: string): Promise<void> {
    const { incident, type, event } = notice;
    const about = { incident, type, to: new URL(to.url).host, template: to.template, why };
    await audit({ principal: "supervisor", what, event: `notification/${event.source}/${event.id}`, ...about });
  }
}

interface Answer {
  readonly done: boolean;
  /** Another try may help. */
  readonly again: boolean;
  readonly says: string;
}

/** A redirect is not followed: it could lead a signed body anywhere. */
async function post({ to, wallMs }: WebhookParts, body: string, id: string): Promise<Answer> {
  const timestamp = String(Math.floor(wallMs() / 1000));
  const headers = {
    "content-type": "application/json",
    "x-event-id": encodeURIComponent(id),
    "x-signature-timestamp": timestamp,
    "x-signature": `v1=${signatureOf(to.secret, timestamp, body)}`,
  };
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await request(to.url, { method: "POST", headers, body, signal });
    await answer.body.dump();
    const status = answer.statusCode;
    const again = status >= 500 || status === 408 || status === 429;
    return { done: status >= 200 && status < 300, again, says: `answered ${status}` };
  } catch (error) {
    // Only the kind of trouble: a message may carry the URL, and that may carry a secret.
    return { done: false, again: true, says: error instanceof Error ? error.name : "no answer" };
  }
}

function signatureOf(secret: string, timestamp: string, body: string): string {
  return createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
}
