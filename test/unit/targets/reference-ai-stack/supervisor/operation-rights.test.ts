// Operations that are for people alone, with the right that they name.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  answered,
  operation,
  parseTexts,
} from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import { OPERATIONS } from "../../../../../targets/reference-ai-stack/supervisor/operations/table.ts";
import { createApp } from "./operations-stand.ts";

beforeEach(() => void vi.spyOn(process.stderr, "write").mockReturnValue(true));
afterEach(() => vi.restoreAllMocks());

it.each([
  ["healer", 403],
  ["operator", 403],
  ["viewer", 403],
  ["guess", 401],
  ["approver", 200],
  ["admin", 200],
])("answers %s by %i where an operation is for people who approve, also by its second path", async (who, status) => {
  const [touched, audited]: [string[], object[]] = [[], []];
  const lift = operation({
    name: "lift",
    scope: "stack",
    right: "approve",
    alsoAt: "/lift",
    parse: parseTexts([]),
    run: async () => answered({ lifted: touched.push("lift") }),
  });
  const post = createApp([lift], async (fields) => void audited.push(fields));
  for (const path of ["/operations/lift", "/lift"]) expect((await post(path, {}, who)).status).toBe(status);
  expect(touched).toEqual(status === 200 ? ["lift", "lift"] : []);
  expect(audited).toHaveLength(status === 200 ? 0 : 2);
  const { changes } = (await post.get("/changes")) as { changes: { by: string }[] };
  expect(changes.map(({ by }) => by)).toEqual(status === 200 ? [who, who] : []);
});

it("has what people decide on a source undone by people who approve, and by no healer", () => {
  const forPeople = OPERATIONS.filter(({ right }) => right !== undefined).map(({ name, right }) => `${name} ${right}`);
  expect(forPeople).toEqual(["lift-quarantine approve", "clear-mapping approve"]);
});
