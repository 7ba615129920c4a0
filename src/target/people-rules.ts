// What must be true of approvals and settings: each variable is theirs alone, what they name exists, and what they fill
// in is there.

import { listed } from "../core/text.ts";
import { parseDuration } from "../core/duration.ts";
import { feedUrlIn } from "./feed-rules.ts";
import { fieldsIn } from "../core/dataset.ts";
import { checkKnown, replicaIds } from "./target-names.ts";
import type { Named, TargetDraft } from "./target-names.ts";

const places = ["incident", "pathway", "answer", "approver"];
/** Fields of the event that asks. */
const ofTheQuestion = /^asked\.[\w-]+$/;

export function checkPeople(draft: TargetDraft): void {
  checkApprovals(draft);
  checkSettings(draft);
}

function checkApprovals(draft: TargetDraft): void {
  const { approvals, feed } = draft.file;
  if (approvals === undefined) return;
  if (feedUrlIn(feed) === undefined) {
    const expected = "our own feed beside them: questions come by it";
    draft.report(["approvals"], { code: "RB1008", found: "approvals without a feed", expected });
  }
  const texts: Named[] = [
    { path: ["approvals", "url"], name: approvals.url.replaceAll(/\{port:[^}]*\}/g, "") },
    ...Object.entries(approvals.headers ?? {}).map(([key, name]) => ({ path: ["approvals", "headers", key], name })),
    ...textsIn(["approvals", "body"], approvals.body ?? "{incident}"),
  ];
  for (const { path, name } of texts) {
    for (const { field } of fieldsIn(name)) {
      if (places.includes(field) || ofTheQuestion.test(field)) continue;
      const expected = `one of ${places.map((word) => `{${word}}`).join(" ")} {asked.<field>}`;
      draft.report(path, { code: "RB1004", found: `the template {${field}}`, expected });
    }
  }
  for (const [, replica = ""] of approvals.url.matchAll(/\{port:([^}]*)\}/g)) {
    checkKnown(draft, { path: ["approvals", "url"], name: replica }, { noun: "replica", known: replicaIds(draft) });
  }
  const all = texts.map(({ name }) => name).join(" ");
  if (!/\{(?:incident|asked\.[\w-]+)\}/.test(all)) {
    const expected = "{incident} or a field of the question, such as {asked.id}, in url, headers or body";
    draft.report(["approvals"], { code: "RB1004", found: "an answer that does not say to what", expected });
  }
  const { timeout } = approvals;
  const ms = timeout === undefined ? undefined : parseDuration(timeout);
  if (timeout !== undefined && ms !== undefined && (ms < 10 || ms > 60_000)) {
    draft.report(["approvals", "timeout"], { code: "RB1006", found: timeout, expected: "10ms to 60000ms" });
  }
}

function textsIn(path: Named["path"], value: unknown): Named[] {
  if (typeof value === "string") return [{ path, name: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn([...path, Array.isArray(value) ? Number(key) : key], inner),
  );
}

function checkSettings(draft: TargetDraft): void {
  const pathways = draft.file.pathways.map(({ name }) => name);
  for (const [name, { values, default: byDefault }] of Object.entries(draft.file.settings ?? {})) {
    const known = Object.keys(values);
    if (known.length === 0) {
      draft.report(["settings", name, "values"], { code: "RB1017", found: "no value", expected: "at least one" });
    } else if (!known.includes(byDefault)) {
      const expected = `a value of this setting: ${listed(known, "or")}`;
      draft.report(["settings", name, "default"], { code: "RB1017", found: `"${byDefault}"`, expected });
    }
    const texts = new Map<string, string>();
    for (const [value, { value: text = value, tiers = {} }] of Object.entries(values)) {
      const same = texts.get(text);
      if (same !== undefined) {
        const found = `the variable's value "${text}", which ${same} has too`;
        draft.report(["settings", name, "values", value], { code: "RB1017", found, expected: "each value once" });
      }
      texts.set(text, value);
      for (const pathway of Object.keys(tiers)) {
        const path = ["settings", name, "values", value, "tiers", pathway];
        checkKnown(draft, { path, name: pathway }, { noun: "pathway", known: pathways });
      }
    }
  }
}
