// Where notifications go, as the environment says it.
import { TEMPLATES, type Template } from "./templates.ts";

/** Where people outside are told of what concerns them. */
export interface WebhookConfig {
  /** `STACK_WEBHOOK_URL`; may hold a secret. */
  readonly url: string;
  /** What bodies are signed with (`STACK_WEBHOOK_SECRET`). */
  readonly secret: string;
  /** `STACK_WEBHOOK_TEMPLATE`. */
  readonly template: Template;
  /** PagerDuty's routing key (`STACK_WEBHOOK_KEY`). */
  readonly key: string;
}

/** Undefined: nobody outside is told. Throws an Error that names the variable, and neither URL nor secret. */
export function readWebhook(read: (variable: string) => string | undefined): WebhookConfig | undefined {
  const url = read("STACK_WEBHOOK_URL");
  if (url === undefined) return undefined;
  const secret = read("STACK_WEBHOOK_SECRET") ?? "";
  const name = read("STACK_WEBHOOK_TEMPLATE") ?? "plain";
  const template = TEMPLATES.find((known) => known === name);
  const key = read("STACK_WEBHOOK_KEY") ?? "";
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Error("STACK_WEBHOOK_URL is no URL; expected http:// or https://");
  }
  if (secret.length < 16) throw new Error("STACK_WEBHOOK_SECRET is missing or short; expected 16 characters or more");
  if (template === undefined) {
    throw new Error(`STACK_WEBHOOK_TEMPLATE is ${JSON.stringify(name)}; expected one of ${TEMPLATES.join(", ")}`);
  }
  if (template === "pagerduty" && key === "") throw new Error("STACK_WEBHOOK_KEY is missing; expected a routing key");
  return { url, secret, template, key };
}
