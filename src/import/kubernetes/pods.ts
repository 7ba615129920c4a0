// Which pods, and how many of them, in the words of tools for Kubernetes.

import type { Disturbance } from "../imported.ts";
import { edgesBetween, one, serviceOf, type Reader } from "../reader.ts";

/** A service by a label such as `app=web`: as it was mapped, else the service that is named like its value. */
export function serviceByLabel(label: string, { asked }: Reader): string | undefined {
  return (
    serviceOf(label, asked) ?? (asked.map.has(label) ? undefined : serviceOf(label.split("=").at(-1) ?? "", asked))
  );
}

export const whichService = (label: string): string =>
  `which service is ${label || "every pod"}? --map '${label}=SERVICE'`;

/** `amount` is a number of pods or a percentage, as the mode says; undefined of what cannot be told. */
export function howMany(
  mode: string,
  amount: number,
  service: string,
  { asked }: Reader,
): Disturbance["many"] | undefined {
  if (mode === "one") return one(service, asked);
  if (mode === "all") return { count: "all" };
  if (!(amount > 0)) return undefined;
  if (mode === "fixed") return amount === 1 ? one(service, asked) : { count: amount };
  if (!mode.endsWith("percent") || amount > 100) return undefined;
  return amount === 100 ? { count: "all" } : { share: amount / 100 };
}

/** The edge that leads to a service, where there is one alone. */
export function onlyEdgeTo(
  service: string,
  { asked }: Reader,
): { readonly from: string; readonly to: string } | undefined {
  const leading = edgesBetween(asked.target).filter((edge) => edge.endsWith(`->${service}`));
  const [from, to] = leading[0]?.split("->") ?? [];
  return leading.length === 1 && from !== undefined && to !== undefined ? { from, to } : undefined;
}

/** `30s`, `1m30s`, `100ms` or plain seconds as ms; undefined of anything else. */
export function goDuration(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (unitMs[unit] ?? 0), 0);
}
