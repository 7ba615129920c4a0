// What must be true of what target.yaml says of versions of its model, and the data that follows.

import { fieldsIn } from "../core/dataset.ts";
import { exactJsonText } from "../core/exact-json.ts";
import type { ModelsRequest, ModelsSpec } from "../core/models.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import type { YamlSource } from "../language/yaml-source.ts";
import { checkKnown, replicaIds, serviceNames } from "./target-names.ts";
import type { TargetDraft } from "./target-names.ts";
import type { TargetFile } from "./target-schema.ts";

type Written = NonNullable<TargetFile["models"]>;

/** URLs in it, with where they stand. */
export function modelsUrls(written: Written | undefined): readonly (readonly [DataPath, string])[] {
  if (written === undefined) return [];
  return (["serving", "roll_out", "promote", "restore", "asked"] as const).flatMap((key) => {
    const url = written[key]?.url;
    return url === undefined ? [] : [[["models", key, "url"], url] as const];
  });
}

/** What must be true of it beyond its shape. */
export function checkModels(draft: TargetDraft): void {
  const { models, control } = draft.file;
  if (models === undefined) return;
  if (control === undefined) {
    const expected = "control beside it: versions are rolled out with the operator's token";
    draft.report(["models"], { code: "RB1008", found: "models without control", expected });
  }
  checkKnown(
    draft,
    { path: ["models", "service"], name: models.service },
    { noun: "service", known: serviceNames(draft) },
  );
  for (const [path, text] of modelsUrls(models)) {
    for (const [, replica = ""] of text.matchAll(/\{port:([^}]*)\}/g)) {
      checkKnown(draft, { path, name: replica }, { noun: "replica", known: replicaIds(draft) });
    }
  }
  for (const [key, wanted] of [
    ["roll_out", ["version", "share"]],
    ["promote", ["version"]],
    ["restore", ["serving"]],
  ] as const) {
    const request = models[key];
    if (request === undefined) continue;
    const { url: where, body } = request;
    const given = fieldsIn(`${where.replaceAll(/\{port:[^}]*\}/g, "")} ${JSON.stringify(body)}`).map(
      ({ field }) => field,
    );
    const missing = wanted.filter((field) => !given.includes(field));
    if (missing.length === 0) continue;
    const found = `no ${missing.map((field) => `{${field}}`).join(" and no ")}`;
    draft.report(["models", key], {
      code: "RB1004",
      found,
      expected: `${wanted.map((one) => `{${one}}`).join(" and ")} in it`,
    });
  }
}

export function modelsOf(written: Written, source: YamlSource): ModelsSpec {
  const { service, serving, asked, promote } = written;
  const sent = (
    key: "roll_out" | "promote" | "restore" | "asked",
    { url, method }: Pick<Written["asked"], "url" | "method">,
  ): ModelsRequest => ({
    method: method ?? "POST",
    url,
    body: exactJsonText(source.written(["models", key, "body"])),
  });
  const { share, ...known } = serving;
  return {
    service,
    serving: { ...known, ...(share !== undefined && { share }) },
    rollOut: sent("roll_out", written.roll_out),
    ...(promote && { promote: sent("promote", promote) }),
    restore: sent("restore", written.restore),
    asked: { ...sent("asked", asked), pointer: asked.pointer },
  };
}
