// Detected or not, in time or late, on calm machines and starved ones.

import {
  calm as calmLook,
  crowded,
  mostlySelfMade,
  selfMade,
  shared,
  starved,
  unmeasured,
} from "../builders/simulated-pressure.ts";
import { basePlan } from "../builders/simulated-trial.ts";
import type { Story } from "../builders/simulated-story.ts";
import type { EvidencePath } from "../../src/records/claim.ts";
import type { Claims } from "./parts.ts";
import { hurtFrom, broken, incident, restored, whole, still, quiet, late, storiesOf, type Truth } from "./parts.ts";

const wayOf = (...names: readonly string[]): EvidencePath["edges"] =>
  names.slice(1).map((to, n) => ({ from: names[n] ?? "", to }));

/** A clean heal whose class came with this evidence path; as it stands it is right. */
function traced(change: Partial<EvidencePath>, edgeFrom?: string): Story {
  const evidence: EvidencePath = {
    root: { service: "vector", replica: "vector-2" },
    signals: [{ name: "hash-differs", scope: { service: "vector", replica: "vector-2" }, says: "seen" }],
    edges: [{ from: "gateway", to: "vector" }],
    changes: [],
    ...change,
  };
  const claims = restored.map((claim): Claims[number] =>
    claim[1] === "classified" ? [claim[0], claim[1], { ...claim[2], evidence }] : claim,
  );
  const [fault] = basePlan.disturbances;
  if (edgeFrom === undefined || fault === undefined) return { ...whole, claims };
  return { ...whole, claims, plan: { disturbances: [{ ...fault, site: { ...fault.site, edgeFrom } }] } };
}

export const detection = storiesOf({
  "not detected": {
    ...whole,
    claims: [[6330, "detected", { scope: { service: "vector", replica: "vector-1" } }]],
    changes: [],
  },
  "not detected, and never felt": { ...whole, ...still, claims: [], changes: [] },
  "not detected, and felt at the very end": { ...whole, ...broken(23_500, 25_100), claims: [], changes: [] },
  "not detected, and felt late": { ...whole, ...broken(15_000, 25_100), claims: [], changes: [] },
  "detected late, and never felt": {
    ...whole,
    ...still,
    claims: incident("restore-index", { detected: 9330, done: 11_950 }).slice(0, 2),
    changes: [],
  },
  "detected late, as soon as it was felt": {
    ...whole,
    ...broken(9000, 11_900),
    claims: incident("restore-index", { detected: 9330, done: 11_950 }),
    changes: [[11_900, {}]],
  },
  "detected late, starved by strangers": { ...late, pressure: () => starved },
  "detected late, starved before the injection only": { ...late, pressure: (at) => (at <= 5000 ? starved : calmLook) },
  "detected late, starved only after all was due": { ...late, pressure: (at) => (at > 17_000 ? starved : calmLook) },
  "detected late, crowded by strangers": { ...late, pressure: () => crowded },
  "detected late, beside strangers who leave a processor free": { ...late, pressure: () => shared },
  "detected late, starved by itself": { ...late, pressure: () => selfMade },
  "detected late, starved mostly by itself": { ...late, pressure: () => mostlySelfMade },
  "detected late on a calm machine": { ...late, pressure: () => calmLook },
  "detected late, not measured": { ...late, pressure: () => unmeasured },
  "clean heal, starved by strangers": { ...whole, pressure: () => starved },
  "clean heal, starved after recovery": { ...whole, pressure: (at) => (at > 17_000 ? starved : calmLook) },
  "clean heal on a calm machine": { ...whole, pressure: () => calmLook },
  "toxic left, starved by strangers": {
    ...whole,
    revertFailed: "the toxic is still there",
    pressure: () => starved,
  },
  "placebo, acts, starved by strangers": {
    ...quiet,
    claims: [[9000, "action.started", { pathway: "restart-replica" }]],
    pressure: () => starved,
  },
  "broken before, starved by strangers": { ...whole, ...broken(2000, 8900), pressure: () => starved },
  "detected late": late,
  "classified and decided before it was detected, by the order of arrival": {
    ...whole,
    claims: [
      [6200, "classified", { class: "index-damaged", confidence: 0.9 }],
      [6250, "decided", { pathway: "restore-index" }],
      ...restored.filter(([, type]) => type !== "classified" && type !== "decided"),
    ],
  },
  "evidence leads to the site": traced({}),
  "evidence stops where it was loudest": traced({ root: { service: "gateway", replica: "gateway" }, edges: [] }),
  "evidence leads to the sibling": traced({ root: { service: "vector", replica: "vector-1" } }),
  "evidence whose calls do not follow each other": traced({
    edges: [...wayOf("gateway", "embedder"), ...wayOf("gateway", "vector")],
  }),
  "evidence past the faulty call": traced({ edges: wayOf("gateway", "agent", "vector") }, "gateway"),
  "evidence through the faulty call": traced({}, "gateway"),
  "evidence of what was cut off from the healer alone": traced({}, "healer"),
  "evidence whose last call leads elsewhere": traced({ edges: [{ from: "gateway", to: "embedder" }] }),
  "wrong class": {
    ...whole,
    claims: incident("restore-index", { detected: 6330, done: 8950, closed: 12_600, as: "overload" }),
  },
  "wrong class, and the right one held for less likely": {
    ...whole,
    claims: restored.map(([at, type, more]) =>
      type === "classified"
        ? [at, type, { class: "overload", confidence: 0.6, runnersUp: [{ class: "index-damaged", confidence: 0.3 }] }]
        : [at, type, more ?? {}],
    ),
  },
  "recovered late": {
    ...whole,
    ...broken(hurtFrom, 18_000),
    claims: incident("restore-index", { detected: 6330, done: 17_900, closed: 22_000 }),
    changes: [[17_900, {}]],
  },
  "budget burnt": { ...whole, plan: { expect: { ...basePlan.expect, budget: { slo: 0.99, maxBurn: 8 } } } },
  "the never happened": {
    ...whole,
    fate: (sent, id) => (sent > 5800 && sent < 6600 ? { latencyMs: 5, error: "status 503" } : whole.fate(sent, id)),
  },
});

export const detectionTruths: Record<keyof typeof detection, Truth> = {
  "not detected": {
    outcome: "fail",
    fail: ["detected-in-time", "classified-right", "by-declared-pathway"],
    says: /\(1 elsewhere\)/,
  },
  "not detected, and never felt": {
    outcome: "inconclusive",
    unclear: ["detected-in-time", "classified-right", "recovered-in-time"],
    says: /no detection was heard, but the steady state was never left/,
  },
  "not detected, and felt at the very end": {
    outcome: "fail",
    fail: ["recovered-in-time", "healed-not-waited-out"],
    unclear: ["detected-in-time", "classified-right"],
  },
  "not detected, and felt late": {
    outcome: "fail",
    fail: ["detected-in-time", "classified-right", "recovered-in-time", "healed-not-waited-out"],
  },
  "detected late, and never felt": {
    outcome: "inconclusive",
    unclear: ["detected-in-time", "recovered-in-time"],
    says: /later than 3\.0 s, but the steady state was never left/,
  },
  "detected late, as soon as it was felt": {
    outcome: "inconclusive",
    unclear: ["detected-in-time"],
    says: /detected after .* later than 3\.0 s, but the steady state was left at 9\.0 s, only 0\.3 s earlier/,
  },
  "detected late, starved by strangers": {
    outcome: "inconclusive",
    fail: ["detected-in-time"],
    unclear: ["environment-calm"],
    says: /the machine was starved: .* others used 1\.6 of 2 processors, and node healer\/main\.js waited 48 % of the time behind/,
  },
  "detected late, starved before the injection only": {
    outcome: "inconclusive",
    fail: ["detected-in-time"],
    unclear: ["environment-calm"],
    says: /starved: before the injection \(1\.0 s to 5\.0 s\) others[^;]*$/,
  },
  "detected late, starved only after all was due": {
    outcome: "fail",
    fail: ["detected-in-time"],
    unclear: ["environment-calm"],
  },
  "detected late, crowded by strangers": {
    outcome: "inconclusive",
    fail: ["detected-in-time"],
    unclear: ["environment-calm"],
    says: /the machine was starved: .* others used 1\.6 of 2 processors, and node healer\/main\.js waited 4\.8 % of the time behind.*bound: 1 %/,
  },
  "detected late, beside strangers who leave a processor free": { outcome: "fail", fail: ["detected-in-time"] },
  "detected late, starved by itself": { outcome: "fail", fail: ["detected-in-time"] },
  "detected late, starved mostly by itself": { outcome: "fail", fail: ["detected-in-time"] },
  "detected late on a calm machine": { outcome: "fail", fail: ["detected-in-time"] },
  "detected late, not measured": { outcome: "fail", fail: ["detected-in-time"] },
  "clean heal, starved by strangers": { outcome: "inconclusive", unclear: ["environment-calm"] },
  "clean heal, starved after recovery": {
    outcome: "inconclusive",
    unclear: ["environment-calm"],
    says: /starved: later on \(/,
  },
  "clean heal on a calm machine": { outcome: "pass" },
  "toxic left, starved by strangers": { outcome: "residue", fail: ["nothing-left"], unclear: ["environment-calm"] },
  "placebo, acts, starved by strangers": {
    outcome: "inconclusive",
    fail: ["held-fire"],
    unclear: ["environment-calm"],
  },
  "broken before, starved by strangers": {
    outcome: "inconclusive",
    fail: ["steady-before"],
    unclear: ["environment-calm"],
  },
  "detected late": { outcome: "fail", fail: ["detected-in-time"], says: /later than 3\.0 s/ },
  "classified and decided before it was detected, by the order of arrival": { outcome: "pass" },
  "evidence leads to the site": { outcome: "pass" },
  "evidence stops where it was loudest": {
    outcome: "fail",
    fail: ["traced-right"],
    says: /^the evidence path ends at gateway .*the fault is on vector-2$/,
  },
  "evidence leads to the sibling": {
    outcome: "fail",
    fail: ["traced-right"],
    says: /^the evidence path ends at vector-1 .*the fault is on vector-2$/,
  },
  "evidence whose calls do not follow each other": {
    outcome: "fail",
    fail: ["traced-right"],
    says: /its calls do not follow each other at gateway$/,
  },
  "evidence past the faulty call": {
    outcome: "fail",
    fail: ["traced-right"],
    says: /the call gateway → vector is not on it, the fault is on gateway→vector-2$/,
  },
  "evidence through the faulty call": { outcome: "pass" },
  "evidence of what was cut off from the healer alone": { outcome: "pass" },
  "evidence whose last call leads elsewhere": {
    outcome: "fail",
    fail: ["traced-right"],
    says: /its last call leads to embedder$/,
  },
  "wrong class": {
    outcome: "fail",
    fail: ["classified-right"],
    says: /classified as overload .*expected index-damaged/,
  },
  "wrong class, and the right one held for less likely": {
    outcome: "fail",
    fail: ["classified-right"],
    says: /classified as overload at 6\.4 s, expected index-damaged; runner-up: index-damaged 30 %/,
  },
  "recovered late": { outcome: "fail", fail: ["recovered-in-time"], says: /later than 10\.0 s/ },
  "budget burnt": { outcome: "fail", fail: ["budget-kept"], says: /burn of [\d.]+ .*bound: 8 at SLO 0\.99/ },
  "the never happened": {
    outcome: "fail",
    fail: ["budget-kept"],
    says: /users\.error_share was 1 in 6\.0–6\.5 s, which must never be/,
  },
};
