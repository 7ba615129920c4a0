// From what target.yaml says of people to data: defaults are filled in.

import type { ApprovalsSpec } from "../core/approvals.ts";
import { parseDuration } from "../core/duration.ts";
import { HarnessError } from "../core/errors.ts";
import type { Setting } from "../core/target.ts";
import type { YamlSource } from "../language/yaml-source.ts";
import type { TargetFile } from "./target-schema.ts";

/** Time in which an answer must be taken where the target does not say, ms. */
const answerTimeoutMs = 3_000;

export function approvalsOf(written: NonNullable<TargetFile["approvals"]>, source: YamlSource): ApprovalsSpec {
  const { url, method = "POST", headers = {}, body, words, token_envs: variables, timeout } = written;
  const [first, ...others] = variables;
  if (first === undefined) throw new HarnessError("bug", "approvalsOf() needs a file that was checked");
  const hasOwn = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  return {
    url,
    method,
    headers: { ...(!hasOwn && { authorization: "Bearer {approver}" }), ...headers },
    body: body === undefined ? { answer: "{answer}" } : source.written(["approvals", "body"]),
    timeoutMs: (timeout === undefined ? undefined : parseDuration(timeout)) ?? answerTimeoutMs,
    tokenEnvs: [first, ...others],
    words: words ?? { approve: "granted", deny: "denied" },
  };
}

export function settingsOf(written: NonNullable<TargetFile["settings"]>): Record<string, Setting> {
  const entries = Object.entries(written).map(([name, { about, env, values, default: byDefault }]) => {
    const all = Object.entries(values).map(([value, { value: text = value, about: means, tiers, rows, format }]) => {
      const rest = {
        ...(means !== undefined && { about: means }),
        ...(tiers && { tiers }),
        ...(rows && { rows }),
        ...(format !== undefined && { format }),
      };
      return [value, { value: text, ...rest }] as const;
    });
    return [name, { about, env, values: Object.fromEntries(all), byDefault }] as const;
  });
  return Object.fromEntries(entries);
}
