// Gives users less, so that all of them get something: shorter answers at first. 0 is full service again.
import type { Level } from "../reduction.ts";
import { answered, operation, refused, type Parsed, type RawArgs } from "./operation.ts";

export const reduceService = operation({
  name: "reduce-service",
  scope: "service",
  parse: parseLevel,
  async run({ service, level }, { reduction }) {
    if (service !== "inference") return refused(409, "only what inference answers can be less");
    const why = await reduction.set(level);
    return why === null ? answered({ service, level }) : refused(502, why);
  },
});

function parseLevel({ service, level }: RawArgs): Parsed<{ readonly service: string; readonly level: Level }> {
  if (typeof service !== "string" || service === "")
    return { ok: false, reason: "service is missing, expected a text" };
  const isLevel = level === 0 || level === 1 || level === 2 || level === 3;
  if (isLevel) return { ok: true, args: { service, level } };
  return { ok: false, reason: `level is ${JSON.stringify(level)}, expected 0, 1, 2 or 3` };
}
