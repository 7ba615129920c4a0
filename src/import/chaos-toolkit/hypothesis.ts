// The probes of a steady-state hypothesis as conditions of a steady state.

import type { DataPath } from "../../language/yaml-nodes.ts";
import type { Condition } from "../imported.ts";
import { answering, leadsTo, originOf, type Reader } from "../reader.ts";
import type { Activity, Provider } from "./shape.ts";
import { field } from "../values.ts";
import { asksForAnAnswer, asksOfNumber, expectedNumber, pointerOfPath } from "./tolerance.ts";

/** A condition where the probe has one here; a note in every case. */
export function conditionOf(probe: Activity, path: DataPath, reader: Reader): Condition | undefined {
  const { name = "a probe", provider, tolerance } = probe;
  const drop = (because: string): undefined => {
    reader.note(path, "dropped", name, because);
  };
  if (provider === undefined) return drop("it has no provider");
  if (provider.type === "process") return drop("no commands are run here");
  if (provider.type === "python") return drop(`no Python is run here: ${functionOf(provider)}`);
  if ((provider.method ?? "GET").toUpperCase() !== "GET") return drop("it asks by another method than GET");
  const url = provider.url ?? "";
  const where = leadsTo(url, reader);
  if (field(tolerance, "type") === "jsonpath" && where !== undefined) {
    const found = numberAt({ url, where, tolerance }, reader);
    if ("why" in found) return drop(found.why);
    reader.note(path, "changed", name, `as ${found.expression}, all the time`);
    return { name, expression: found.expression };
  }
  if (!asksForAnAnswer(tolerance) && where !== undefined) {
    return drop("it asks for something other than an answer between 200 and 399");
  }
  return answering(url, name, path, reader);
}

/** How a function of an extension is called in an experiment. */
export function functionOf({ module = "?", func = "?" }: Provider): string {
  return `${module}.${func}`;
}

interface At {
  readonly url: string;
  readonly where: string;
  readonly tolerance: unknown;
}

/** One number of a JSON answer, where the target has a probe that reads it. */
function numberAt({ url, where, tolerance }: At, { asked }: Reader): ReturnType<typeof asksOfNumber> {
  const pointer = pointerOfPath(field(tolerance, "path"));
  const expected = expectedNumber(tolerance);
  if (pointer === undefined || expected === undefined || where === "users") return asksOfNumber(tolerance, "");
  const path = url.slice(originOf(url).length) || "/";
  const probe = asked.target.probes.find(
    (one) => one.kind === "http-json" && one.service === where && one["path"] === path && one["pointer"] === pointer,
  );
  if (probe !== undefined) return asksOfNumber(expected, probe.name);
  const stanza = `{ name: NAME, kind: http-json, service: ${where}, path: ${path}, pointer: ${pointer}, combine: min, every: 500ms, timeout: 1s }`;
  return { why: `target.yaml has no probe that reads it; with this one it would be kept: ${stanza}` };
}
