// What must be true of a target beyond its shape: names are unique, what is referred to exists, templates can be filled
// in.

import { listed } from "../core/text.ts";
import { allowedHostWords, badAddress, hostOf, isAllowedHost } from "../core/addresses.ts";
import { parseDuration } from "../core/duration.ts";
import { checkKnown, checkUnique, replicaIds, reportUnknown, serviceNames } from "./target-names.ts";
import type { TargetDraft } from "./target-names.ts";
import { checkContainers } from "./container-rules.ts";
import { checkDeliveries } from "./deliveries-rules.ts";
import { checkAblate } from "./ablate-rules.ts";
import { checkFeed, feedUrlIn, sourceIn } from "./feed-rules.ts";
import { checkHeaderTexts } from "./header-rules.ts";
import { checkKeys } from "./keys-rules.ts";
import { checkModels, modelsUrls } from "./models-rules.ts";
import { checkPeople } from "./people-rules.ts";
import { checkSessions } from "./session-rules.ts";
import { checkStreams } from "./stream-rules.ts";
import { requestsIn, requestStreamsIn, stepsIn } from "./stream-schema.ts";
import { replicaPlace } from "./target-edges.ts";
import { checkTemplates } from "./target-templates.ts";
import { checkTraffic } from "./target-traffic.ts";
import type { DataPath } from "../language/yaml-nodes.ts";

/** Checks one target whose shape is sound. */
export function checkTarget(draft: TargetDraft): void {
  const { file, wantedName } = draft;
  if (file.name !== wantedName) {
    draft.report(["name"], {
      code: "RB1001",
      found: `"${file.name}"`,
      expected: `the name of the folder or file, "${wantedName}"`,
    });
  }
  checkUnique(draft);
  checkContainers(draft);
  checkEdges(draft);
  checkProbes(draft);
  checkTemplates(draft);
  checkStreams(draft);
  checkSessions(draft);
  checkTraffic(draft);
  checkTimes(draft);
  checkAddresses(draft);
  checkDocuments(draft);
  checkReading(draft);
  checkPeople(draft);
  checkModels(draft);
  checkDeliveries(draft);
  checkKeys(draft);
  checkHeaderTexts(draft);
  checkFeed(draft);
  checkSeenAs(draft);
  checkAblate(draft);
  reportUnknown(draft);
  for (const key of ["start_replica", "reload_replica", "maintain_replica", "work_on_replica"] as const) {
    const url = file.control?.[key];
    const wanted = key === "work_on_replica" ? ["{replica}", "{work}"] : ["{replica}"];
    const missing = url === undefined ? undefined : wanted.find((one) => !url.includes(one));
    if (missing === undefined) continue;
    draft.report(["control", key], { code: "RB1004", found: `"${url}"`, expected: `${missing} somewhere in it` });
  }
  checkWorks(draft);
}

/** Two that look alike could not be told apart. */
function checkSeenAs(draft: TargetDraft): void {
  const seen = new Map<string, string>();
  for (const [index, { name, seen_as: as }] of draft.file.pathways.entries()) {
    if (as === undefined) continue;
    const other = seen.get(as);
    seen.set(as, other ?? name);
    if (other === undefined) continue;
    const expected = `another one, or none: ${other} is seen as a ${as}, too, and they could not be told apart`;
    draft.report(["pathways", index, "seen_as"], { code: "RB1002", found: `"${as}" again`, expected });
  }
}

/** What may be asked for is named, and where. */
function checkWorks(draft: TargetDraft): void {
  const { work_on_replica: url, works } = draft.file.control ?? {};
  const [there, missing] = url === undefined ? ["works", "work_on_replica"] : ["work_on_replica", "works"];
  if ((url === undefined) === (works === undefined)) return;
  draft.report(["control", there], {
    code: "RB1008",
    found: `${there} without ${missing}`,
    expected: `control.${missing} beside it`,
  });
}

/**
 * Loopback needs no leave; every other host must be listed. Checked again, with what names resolve to, before a start.
 */
function checkAddresses(draft: TargetDraft): void {
  const { start, inventory, control, feed, audit, approvals, documents, traffic, models, addresses = [] } = draft.file;
  const { deliveries, traces } = draft.file;
  const source = sourceIn(feed);
  const sourceUrl = source !== undefined && "url" in source ? source.url : undefined;
  for (const [index, entry] of addresses.entries()) {
    const expected = badAddress(entry);
    if (expected !== undefined) draft.report(["addresses", index], { code: "RB1005", found: `"${entry}"`, expected });
  }
  const urls: readonly (readonly [DataPath, string | undefined])[] = [
    [["start", "ready"], start.ready],
    [["inventory"], inventory],
    [["control", "start_replica"], control?.start_replica],
    [["control", "reload_replica"], control?.reload_replica],
    [["control", "maintain_replica"], control?.maintain_replica],
    [["control", "work_on_replica"], control?.work_on_replica],
    ...requestsIn(traffic).map(({ path, request }) => [[...path, "url"], request.url] as const),
    [["feed"], feedUrlIn(feed)],
    [["feed", "url"], sourceUrl],
    [["audit"], audit],
    [["traces"], traces],
    [["approvals", "url"], approvals?.url],
    ...modelsUrls(models),
    [["deliveries", "withdraw", "url"], deliveries?.withdraw.url],
    [["documents", "write", "url"], documents?.write.url],
    [["documents", "read", "url"], documents?.read.url],
  ];
  for (const [path, url] of urls) {
    const host = url === undefined ? undefined : hostOf(url);
    if (host === undefined || isAllowedHost(host, addresses)) continue;
    const expected = allowedHostWords;
    draft.report(path, { code: "RB1005", found: `"${url}"`, expected });
  }
}

const eventStreams: readonly string[] = ["sse", "responses", "anthropic"];

/** `done` speaks of events, `answer` of a body. */
function checkReading(draft: TargetDraft): void {
  const streams = requestStreamsIn(draft.file.traffic);
  const steps = streams.flatMap((written) =>
    stepsIn(written).map(({ path, step: { stream = written.stream.stream, done, answer } }) => ({
      path,
      stream: { stream, done, answer },
    })),
  );
  for (const { path, stream: written } of [...streams, ...steps]) {
    const { stream, done, answer } = written;
    if (done !== undefined && !eventStreams.includes(stream)) {
      const expected = "no `done` beside it: only event streams (sse, responses, anthropic) end by an event";
      draft.report([...path, "done"], { code: "RB1009", found: `"${done}" with stream: ${stream}`, expected });
    }
    if (answer !== undefined && stream !== "whole") {
      const expected = "no `answer` beside it: it speaks of whole bodies (stream: whole)";
      draft.report([...path, "answer"], { code: "RB1009", found: `"${answer}" with stream: ${stream}`, expected });
    }
  }
}

function checkEdges(draft: TargetDraft): void {
  const services = serviceNames(draft);
  const replicas = replicaIds(draft);
  const callers = [...new Set([...services, ...replicas])];
  for (const [index, { from, to, address_env: variable }] of draft.file.edges.entries()) {
    const path = ["edges", index, "to"];
    checkKnown(draft, { path: ["edges", index, "from"], name: from }, { noun: "caller", known: callers });
    // Whether there may be none is the platform's to say.
    if (variable === undefined) checkKnown(draft, { path, name: to }, { noun: "replica or service", known: callers });
    else if (variable.includes(replicaPlace))
      checkKnown(draft, { path, name: to }, { noun: "service", known: services });
    else if (!services.includes(to) || replicas.includes(to))
      checkKnown(draft, { path, name: to }, { noun: "replica", known: replicas });
    else {
      const found = `the service "${to}" with one variable for all its replicas`;
      draft.report(path, {
        code: "RB1016",
        found,
        expected: `${replicaPlace} in address_env, such as ${variable}_${replicaPlace}`,
      });
    }
  }
}

function checkProbes(draft: TargetDraft): void {
  for (const [index, probe] of draft.file.probes.entries()) {
    const known = serviceNames(draft);
    checkKnown(draft, { path: ["probes", index, "service"], name: probe.service }, { noun: "service", known });
    for (const [setting, value] of Object.entries(probe.only_with ?? {})) checkSetting(draft, index, setting, value);
    if (/^(?:users|baseline)\./.test(probe.name)) {
      const expected = "a name that does not begin with users. or baseline.";
      draft.report(["probes", index, "name"], { code: "RB1019", found: `"${probe.name}"`, expected });
    }
  }
}

function checkSetting(draft: TargetDraft, index: number, setting: string, value: string): void {
  const settings = draft.file.settings ?? {};
  const path = ["probes", index, "only_with", setting];
  checkKnown(draft, { path, name: setting }, { noun: "setting", known: Object.keys(settings) });
  const known = Object.keys(settings[setting]?.values ?? {});
  if (known.length > 0) checkKnown(draft, { path, name: value }, { noun: `value of ${setting}`, known });
}

/** A place is a URL, or a path at every replica of a service; ids and texts must come through. */
function checkDocuments(draft: TargetDraft): void {
  const { documents } = draft.file;
  if (documents === undefined) return;
  for (const key of ["write", "read"] as const) {
    const { url, service, path } = documents[key];
    if (service !== undefined) {
      const known = serviceNames(draft);
      checkKnown(draft, { path: ["documents", key, "service"], name: service }, { noun: "service", known });
    }
    const whole = url === undefined ? service !== undefined && path !== undefined : !(service ?? path);
    if (!whole) {
      const found = url === undefined ? "no whole place" : "url beside service or path";
      draft.report(["documents", key], { code: "RB1009", found, expected: "url, or service and path" });
    }
  }
  const { write, read } = documents;
  const written = `${JSON.stringify(write.body)} ${write.url ?? ""} ${write.path ?? ""}`;
  const wanted = [
    { key: "write", text: written, parts: ["{id}", "{text}"] },
    { key: "read", text: `${read.url ?? ""} ${read.path ?? ""}`, parts: ["{id}"] },
  ];
  for (const { key, text, parts } of wanted) {
    const missing = parts.filter((part) => !text.includes(part));
    if (missing.length === 0) continue;
    draft.report(["documents", key], {
      code: "RB1004",
      found: `no ${missing.join(" and no ")}`,
      expected: `${listed(parts)} somewhere in it`,
    });
  }
}

function checkTimes(draft: TargetDraft): void {
  const { start, prepare, probes, documents } = draft.file;
  const limits: readonly (readonly [DataPath, string | undefined, number, number])[] = [
    [["prepare", "timeout"], prepare?.timeout, 100, 1_800_000],
    [["start", "timeout"], start.timeout, 100, 600_000],
    [["start", "stop_timeout"], start.stop_timeout, 100, 60_000],
    [["documents", "every"], documents?.every, 50, 60_000],
    [["documents", "timeout"], documents?.timeout, 10, 60_000],
    [["limits", "max_duration"], draft.file.limits?.max_duration, 1000, 3_600_000],
    ...probes.map(({ every }, index) => [["probes", index, "every"], every, 10, 60_000] as const),
    ...probes.map(({ timeout }, index) => [["probes", index, "timeout"], timeout, 10, 60_000] as const),
  ];
  for (const [path, text, atLeast, atMost] of limits) {
    const ms = parseDuration(text ?? "");
    if (text === undefined || ms === undefined || (ms >= atLeast && ms <= atMost)) continue;
    draft.report(path, { code: "RB1006", found: text, expected: `${atLeast}ms to ${atMost}ms` });
  }
}
