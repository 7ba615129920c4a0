// What must be true of what target.yaml says of batches of documents, and the data that follows.

import { join } from "node:path";
import type { DeliveriesSpec } from "../core/deliveries.ts";
import { parseDuration } from "../core/duration.ts";
import { exactJsonText } from "../core/exact-json.ts";
import type { YamlSource } from "../language/yaml-source.ts";
import { checkKnown, replicaIds, serviceNames } from "./target-names.ts";
import type { TargetDraft } from "./target-names.ts";
import type { TargetFile } from "./target-schema.ts";

type Written = NonNullable<TargetFile["deliveries"]>;

/** The promise is waited for while a fault is applied, and the proof comes after it within the same 15 s, ms. */
const longestFreshMs = 8_000;

/** What must be true of it beyond its shape. */
export function checkDeliveries(draft: TargetDraft): void {
  const { deliveries, control } = draft.file;
  if (deliveries === undefined) return;
  if (control === undefined) {
    const expected = "control beside it: a batch is called back with the operator's token";
    draft.report(["deliveries"], { code: "RB1008", found: "deliveries without control", expected });
  }
  const { service, record, text_field: textField, state, withdraw } = deliveries;
  const services = { noun: "service", known: serviceNames(draft) };
  checkKnown(draft, { path: ["deliveries", "service"], name: service }, services);
  for (const [, replica = ""] of withdraw.url.matchAll(/\{port:([^}]*)\}/g)) {
    const replicas = { noun: "replica", known: replicaIds(draft) };
    checkKnown(draft, { path: ["deliveries", "withdraw", "url"], name: replica }, replicas);
  }
  const missing = ["{id}", "{text}", "{version}"].filter((field) => !JSON.stringify(record).includes(field));
  if (missing.length > 0) {
    const found = `no ${missing.join(" and no ")}`;
    draft.report(["deliveries", "record"], { code: "RB1004", found, expected: "{id}, {text} and {version} in it" });
  }
  if (record[textField] !== "{text}") {
    const found = `"${textField}", which is not "{text}" in the record`;
    draft.report(["deliveries", "text_field"], {
      code: "RB1004",
      found,
      expected: 'the field of the record that is "{text}"',
    });
  }
  const within = parseDuration(deliveries.fresh?.within ?? "") ?? 0;
  if (within > longestFreshMs) {
    const expected = `at most ${longestFreshMs / 1000}s: a backlog is proved by a batch that waits longer, and a fault has 15 s`;
    draft.report(["deliveries", "fresh", "within"], {
      code: "RB1006",
      found: deliveries.fresh?.within ?? "",
      expected,
    });
  }
  for (const [key, where] of [
    ["state", state.path],
    ["withdraw", `${withdraw.url} ${JSON.stringify(withdraw.body)}`],
  ] as const) {
    if (!where.includes("{batch}"))
      draft.report(["deliveries", key], { code: "RB1004", found: "no {batch}", expected: "{batch} in it" });
  }
}

/** `dir`: folder of target.yaml. */
export function deliveriesOf(written: Written, source: YamlSource, dir: string): DeliveriesSpec {
  const { service, folder, text_field: textField, state, withdraw, known, fresh, hold } = written;
  return {
    service,
    folder,
    record: exactJsonText(source.written(["deliveries", "record"])),
    textField,
    state,
    withdraw: {
      method: withdraw.method ?? "POST",
      url: withdraw.url,
      body: exactJsonText(source.written(["deliveries", "withdraw", "body"])),
    },
    ...(fresh !== undefined && { fresh: { withinMs: parseDuration(fresh.within) ?? 0, waits: fresh.waits } }),
    ...(hold !== undefined && { hold }),
    known: {
      dataset: join(dir, known.dataset),
      field: known.field,
      ...(known.question !== undefined && { question: known.question }),
      ...(known.unasked !== undefined && { unasked: join(dir, known.unasked) }),
    },
  };
}
