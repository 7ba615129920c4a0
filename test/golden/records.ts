// What becomes of documents of our own, and what the audit holds of what was claimed.

import { incident, restored, whole, storiesOf, type Truth } from "./parts.ts";

export const records = storiesOf({
  "detected sooner than its signals can show for certain": {
    ...whole,
    claims: restored.map(([at, type, more]) => [
      at,
      type,
      { ...more, ...(type === "detected" && { freshMs: 10_000 }) },
    ]),
  },
  "detected by signals that are quick enough": {
    ...whole,
    claims: restored.map(([at, type, more]) => [at, type, { ...more, ...(type === "detected" && { freshMs: 600 }) }]),
  },
  "documents kept": { ...whole, documents: {} },
  "documents kept, some refused during the outage": {
    ...whole,
    documents: { refused: (from) => from > 5100 && from < 8000 },
  },
  // A snapshot without what was written after it is put in the place of the index: 6.0 s to 8.9 s are gone.
  "documents lost in the middle": {
    ...whole,
    documents: { atEnd: (from) => from < 4000 || from > 8900, afterRevert: (from) => from < 4000 || from > 8900 },
  },
  "newest documents lost": {
    ...whole,
    documents: { atEnd: (from) => from < 23_000, afterRevert: (from) => from < 23_000 },
  },
  "documents lost and brought back by the revert": { ...whole, documents: { atEnd: (from) => from < 6000 } },
  "documents lost by the revert": { ...whole, documents: { afterRevert: (from) => from < 6000 } },
  "documents not seen at the end": { ...whole, documents: { atEnd: (from) => (from < 6000 ? true : null) } },
  "documents never looked for": { ...whole, documents: { unlooked: true } },
  "every document refused": { ...whole, documents: { refused: () => true } },
  "no document offered": { ...whole, documents: { stops: 0 } },
  "writer falls silent": { ...whole, documents: { stops: 12_000 } },
  audited: { ...whole, audit: {} },
  "action not in the audit": { ...whole, audit: { skips: (type) => type === "action.started" } },
  "second attempt not in the audit": {
    ...whole,
    claims: [...incident("restore-index", { detected: 6330, done: 7000 }), ...restored.slice(2)],
    audit: { skips: (type, before) => type === "decided" && before === 1 },
  },
  "audit chain broken": { ...whole, audit: { brokenSeq: 4 } },
  "audit not readable": { ...whole, audit: { unread: "answered 500" } },
  "audit never asked for": { ...whole, audit: { unasked: true } },
  "decided as the audit was read": {
    ...whole,
    claims: [...restored, [24_700, "decided", { incident: "i2", pathway: "hold" }]],
    audit: { skips: (type, before) => type === "decided" && before === 1 },
  },
});

export const recordsTruths: Record<keyof typeof records, Truth> = {
  "detected sooner than its signals can show for certain": {
    outcome: "inconclusive",
    unclear: ["detected-in-time"],
    says: /signals that may be 10\.0 s old: this loop cannot detect faster than 10\.0 s from these signals/,
  },
  "detected by signals that are quick enough": { outcome: "pass" },
  "documents kept": { outcome: "pass" },
  "documents kept, some refused during the outage": { outcome: "pass" },
  "documents lost in the middle": {
    outcome: "fail",
    fail: ["nothing-lost"],
    says: /^10 of 48 acknowledged documents are gone before our revert \(n7 to n16, written 4\.3–8\.8 s\); the loss reaches 0\.8 s \(0\.\d–1\.\d\) back \(t0 − first document gone\)$/,
  },
  "newest documents lost": {
    outcome: "fail",
    fail: ["nothing-lost"],
    says: /^4 of 48 acknowledged documents are gone before our revert \(n45 to n48, .* reaches 0\.000 s back/,
  },
  "documents lost and brought back by the revert": {
    outcome: "fail",
    fail: ["nothing-lost"],
    says: /38 of 48 acknowledged documents are gone before our revert/,
  },
  "documents lost by the revert": {
    outcome: "fail",
    fail: ["nothing-lost"],
    says: /38 of 48 acknowledged documents are gone after our revert/,
  },
  "documents not seen at the end": {
    outcome: "inconclusive",
    unclear: ["nothing-lost"],
    says: /38 of 48 acknowledged documents were not seen before our revert/,
  },
  "documents never looked for": {
    outcome: "inconclusive",
    unclear: ["nothing-lost"],
    says: /48 documents were not looked for before our revert/,
  },
  "every document refused": {
    outcome: "inconclusive",
    unclear: ["nothing-lost"],
    says: /no document of ours of 48 offered was acknowledged/,
  },
  "no document offered": {
    outcome: "inconclusive",
    unclear: ["nothing-lost"],
    says: /no document of ours was acknowledged/,
  },
  "writer falls silent": {
    outcome: "inconclusive",
    unclear: ["nothing-lost"],
    says: /no document was offered for 13\.0 s/,
  },
  audited: { outcome: "pass" },
  "action not in the audit": {
    outcome: "fail",
    fail: ["audited"],
    says: /no record of action\.started of i1, claimed at 6\.5 s \(3 claims of actions, 5 records\)/,
  },
  "second attempt not in the audit": {
    outcome: "fail",
    fail: ["audited"],
    says: /no record of decided of i1, claimed at 6\.4 s \(6 claims/,
  },
  "audit chain broken": {
    outcome: "fail",
    fail: ["audited"],
    says: /the audit is broken: record 4 does not follow from the record before it/,
  },
  "audit not readable": { outcome: "inconclusive", unclear: ["audited"], says: /could not be read: answered 500/ },
  "audit never asked for": { outcome: "inconclusive", unclear: ["audited"], says: /audit was not read/ },
  "decided as the audit was read": { outcome: "pass" },
};
