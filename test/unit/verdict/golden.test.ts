import { describe, expect, it } from "vitest";
import type { TrialOutcome } from "../../../src/records/results/outcome.ts";
import { measureTrial } from "../../../src/measure/facts/measure-trial.ts";
import { judgeTrial } from "../../../src/verdict/judge-trial.ts";
import { stories } from "../../golden/stories.ts";
import type { StoryName } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";

interface Truth {
  readonly outcome: TrialOutcome;
  /** Exactly the rules that fail, and exactly those that cannot say. */
  readonly fail?: readonly string[];
  readonly unclear?: readonly string[];
  /** Words of the finding that decides. */
  readonly says?: RegExp;
}

const truths: Record<StoryName, Truth> = {
  "clean heal": { outcome: "pass" },
  "repaired before the effect was confirmed": { outcome: "pass" },
  "detected before the harm began": { outcome: "pass" },
  "never recovers": {
    outcome: "fail",
    fail: ["recovered-in-time", "by-declared-pathway"],
    says: /not recovered in 19\.9 s .*retrieval\.self was 0\.4/,
  },
  "waited out": { outcome: "fail", fail: ["recovered-in-time", "healed-not-waited-out"] },
  relapse: {
    outcome: "fail",
    fail: ["recovered-in-time"],
    says: /relapsed at 15\.\d s: users\.bad_share was 0\.\d+ \(wrong answer \d×\) in/,
  },
  "false declaration": {
    outcome: "fail",
    fail: ["declared-truthfully"],
    says: /false declaration: declared recovered at 7\.1 s/,
  },
  "wrong pathway": {
    outcome: "fail",
    fail: ["by-declared-pathway"],
    says: /wrong-pathway: recovered by restart-replica/,
  },
  "recovers by itself": { outcome: "fail", fail: ["by-declared-pathway"], says: /self-recovered/ },
  "word without action": {
    outcome: "inconclusive",
    unclear: ["by-declared-pathway"],
    says: /inventory shows no change on vector-2/,
  },
  "over-reach": { outcome: "fail", fail: ["no-collateral"], says: /restart-replica was started on vector-1/ },
  "silent over-reach": { outcome: "fail", fail: ["no-collateral"], says: /vector-1 pid 100 → pid 222/ },
  "data lost": { outcome: "fail", fail: ["nothing-lost"], says: /data\.records was 2000 before and 1990/ },
  "data lost and hidden by the revert": { outcome: "fail", fail: ["nothing-lost"] },
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
  "feed cut unnoticed": {
    outcome: "inconclusive",
    unclear: ["detected-in-time", "classified-right", "by-declared-pathway", "declared-truthfully"],
    says: /silent for/,
  },
  "feed cut": {
    outcome: "inconclusive",
    unclear: ["detected-in-time", "classified-right", "by-declared-pathway", "declared-truthfully"],
    says: /lost at 5\.5 s/,
  },
  "feed cut once detection was overdue": {
    outcome: "fail",
    fail: ["detected-in-time", "by-declared-pathway"],
    unclear: ["classified-right"],
    says: /not detected: no incident on vector-2 .* \(1 elsewhere\), allowed 3\.0 s/,
  },
  "feed cut unnoticed once detection was overdue": {
    outcome: "fail",
    fail: ["detected-in-time", "by-declared-pathway"],
    unclear: ["classified-right"],
    says: /no class was heard, but the incident feed was silent for 18\.\d s/,
  },
  "feed cut once all was said": { outcome: "pass" },
  "feed cut between recovery and its declaration": { outcome: "pass" },
  "blind before, so that nothing was injected": {
    outcome: "inconclusive",
    unclear: ["steady-before", "nothing-lost", "harness-kept-pace"],
    says: /^8 of 8 windows before the injection could not be seen/,
  },
  "broken before, so that nothing was injected": {
    outcome: "invalid",
    fail: ["steady-before"],
    unclear: ["nothing-lost"],
  },
  "trouble of our own, so that nothing was injected": {
    outcome: "inconclusive",
    unclear: ["effect-confirmed", "harness-kept-pace"],
    says: /^nothing was injected, because of trouble in probe: the disk is full/,
  },
  "site not there, so that nothing was injected": {
    outcome: "invalid",
    fail: ["effect-confirmed"],
    says: /^nothing was injected at 5\.0 s/,
  },
  "probe dark once recovery had held": { outcome: "pass" },
  "probe dark once recovery was overdue": {
    outcome: "fail",
    fail: ["recovered-in-time"],
    says: /not recovered in 10\.0 s, which are allowed: .*retrieval\.self was 0\.4/,
  },
  "users put off with excuses before any condition broke": {
    outcome: "fail",
    fail: ["recovered-in-time", "budget-kept", "traffic-served", "declared-truthfully"],
    says: /users were not served: 9\d(\.\d)? % of the requests were bad .*put off with empty answers/,
  },
  "probe blinded": {
    outcome: "inconclusive",
    unclear: ["recovered-in-time", "declared-truthfully", "harness-kept-pace"],
  },
  "scaled to zero, so that no probe sees anything": {
    outcome: "fail",
    fail: ["no-collateral"],
    unclear: ["recovered-in-time", "declared-truthfully"],
    says: /the inventory shows vector-1 pid 100 → null/,
  },
  "killed replica that no probe sees any more": {
    outcome: "inconclusive",
    unclear: ["recovered-in-time", "declared-truthfully", "harness-kept-pace"],
  },
  "load stopped": { outcome: "inconclusive", unclear: ["budget-kept", "harness-kept-pace"], says: /the load stopped/ },
  "late sender": {
    outcome: "inconclusive",
    unclear: ["harness-kept-pace"],
    says: /1 % of the requests were sent 130 ms late or later \(bound: \d+ ms\)/,
  },
  "somewhat late sender": { outcome: "pass" },
  "unsent requests": { outcome: "inconclusive", unclear: ["harness-kept-pace"], says: /never sent/ },
  "slow conductor": { outcome: "inconclusive", unclear: ["harness-kept-pace"], says: /400 ms late/ },
  "trouble of our own": { outcome: "inconclusive", unclear: ["harness-kept-pace"], says: /the probe process ended/ },
  "toxic left": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: /left behind: toxic latency-7 on gateway→vector-2 \(latency downstream × 1, latency 400\)$/,
  },
  "rows left damaged": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: /file \/w\/index of vector-2: 3 of 40 parts are as the fault left them \(sha256 aa… before, bb… now\)/,
  },
  "index rebuilt by the stack": { outcome: "pass" },
  "replica left down": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: /replica vector-2, hit by index\.corruption, does not run \(the inventory lists nothing that runs\); it ran as pid 101/,
  },
  "other replica gone by the healer's hand": { outcome: "pass" },
  "process left stopped and limited": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: /pid 100 \(node vector\.js\) is stopped by a signal; .* runs at nice 19, it was 0; .* Max open files 4\/4, before Max open files 9\/9/,
  },
  "machine not clean": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: new RegExp(
      [
        /pid 4711 \(node vector\/main\.js\) still runs/,
        /port 20001 is still listened on by pid 4711 \(node vector\/main\.js\)/,
        /work folder \/tmp\/stack-1 is still there/,
        /file \/cache\/model differs from before: sha256 cc…, now dd…/,
        /file \/cache\/new is new \(3 bytes\)/,
        /the undo log is not finished: index\.corruption at vector-2/,
      ]
        .map(({ source }) => source)
        .join("; "),
    ),
  },
  "way back failed": {
    outcome: "residue",
    fail: ["nothing-left"],
    says: /index\.corruption at vector-2 was not taken back \(no answer within 10000 ms\)/,
  },
  "left behind and not confirmed": { outcome: "residue", fail: ["effect-confirmed", "nothing-left"] },
  "audit blinded": {
    outcome: "inconclusive",
    unclear: ["nothing-left"],
    says: /could not be looked at: edges: the fault proxy does not list/,
  },
  "nobody looked": {
    outcome: "inconclusive",
    unclear: ["nothing-left"],
    says: /the machine before and after the trial/,
  },
  "effect not confirmed": { outcome: "invalid", fail: ["effect-confirmed"] },
  "broken before": { outcome: "invalid", fail: ["steady-before"] },
  "not disturbed": { outcome: "inconclusive", unclear: ["recovered-in-time"], says: /never broke/ },
  "not disturbed, and a record lost": {
    outcome: "fail",
    fail: ["nothing-lost"],
    unclear: ["recovered-in-time"],
  },
  "acts elsewhere, recovers": {
    outcome: "fail",
    fail: ["detected-in-time", "classified-right", "by-declared-pathway", "no-collateral"],
  },
  "word without action, budget burnt": { outcome: "fail", fail: ["budget-kept"], unclear: ["by-declared-pathway"] },
  "unclaimed action": {
    outcome: "fail",
    fail: ["by-declared-pathway"],
    says: /wrong-pathway: recovered without a claim of restore-index, although the inventory shows a change/,
  },
  "ablated, stays broken": { outcome: "pass" },
  "most traffic shed": {
    outcome: "fail",
    fail: ["traffic-served"],
    says: /traffic was shed: 2\d(\.\d)? % of the requests were answered .*before: 100 %, bound: half/,
  },
  "users put off with excuses": {
    outcome: "fail",
    fail: ["traffic-served"],
    says: /put off with empty answers: .* 0(\.\d)? % of the answers were right \(before: 100 %/,
  },
  "users turned away and answered by nobody": {
    outcome: "fail",
    fail: ["traffic-served"],
    says: /traffic was shed: 0(\.\d)? % of the requests/,
  },
  "ablated, and declares all the same": {
    outcome: "fail",
    fail: ["declared-truthfully"],
    says: /false declaration: declared recovered at 12\.6 s, it was at 25\.2 s/,
  },
  "ablated, and declares after our revert": { outcome: "pass" },
  "ablated, documents out of reach until the revert": { outcome: "pass" },
  "ablated, documents lost for good": { outcome: "fail", fail: ["nothing-lost"], says: /gone after our revert/ },
  "ablated, recovers by itself": { outcome: "fail", fail: ["by-declared-pathway"], says: /self-recovered/ },
  "ablated, recovers by another action": {
    outcome: "fail",
    fail: ["by-declared-pathway"],
    says: /other-pathway: recovered at 8\.\d s by restart-replica although restore-index did nothing: another action can do it/,
  },
  "ablated, its no-op claimed done after another action": {
    outcome: "fail",
    fail: ["by-declared-pathway"],
    says: /other-pathway: .* by restart-replica although restore-index did nothing/,
  },
  "ablated, never broke": { outcome: "inconclusive", unclear: ["by-declared-pathway"], says: /never broke/ },
  "ablated, never broke, and a record lost": {
    outcome: "fail",
    fail: ["nothing-lost"],
    unclear: ["by-declared-pathway"],
  },
  "ablated, effect not confirmed": { outcome: "invalid", fail: ["effect-confirmed"] },
  "ablated, good too briefly": {
    outcome: "inconclusive",
    unclear: ["by-declared-pathway"],
    says: /good since 23\.\d s, but our revert at 25\.0 s cut the hold of 3\.0 s short, so whether it stayed broken/,
  },
  "loop ablated, and declares all the same": {
    outcome: "fail",
    fail: ["declared-truthfully"],
    says: /false declaration: declared recovered at 12\.6 s/,
  },
  "loop ablated, stays broken": { outcome: "pass" },
  "loop ablated, recovers by itself": {
    outcome: "fail",
    fail: ["by-declared-pathway"],
    says: /self-recovered: recovered at 8\.\d s although no action did anything$/,
  },
  "loop ablated, restarted by somebody": {
    outcome: "fail",
    fail: ["by-declared-pathway"],
    says: /self-recovered: .* although no action did anything; the inventory shows a change on the site at 8\.8 s/,
  },
  "loop ablated, acts by a pathway nobody declared": {
    outcome: "fail",
    fail: ["by-declared-pathway"],
    says: /other-pathway: recovered at 8\.\d s by wipe-all although no action did anything/,
  },
  "unhealed, stays broken": { outcome: "pass" },
  "unhealed, recovers by itself": { outcome: "pass" },
  "unhealed, recovers and relapses": { outcome: "pass" },
  "unhealed, never broke": { outcome: "inconclusive", unclear: ["natural-recovery"], says: /never broke/ },
  "unhealed, but the healer was on": {
    outcome: "inconclusive",
    unclear: ["natural-recovery"],
    says: /the healer was not off: it claimed “detected” at 6\.3 s/,
  },
  "unhealed, broken before": { outcome: "invalid", fail: ["steady-before"] },
  "placebo, quiet": { outcome: "pass" },
  "placebo by the fault nothing, documents kept": { outcome: "pass" },
  "placebo, audited": { outcome: "pass" },
  "placebo, unheard and audited": { outcome: "inconclusive", unclear: ["held-fire", "audited"], says: /silent/ },
  "placebo, documents kept": { outcome: "pass" },
  "placebo, documents lost": { outcome: "fail", fail: ["nothing-lost"], says: /gone before our revert/ },
  "placebo, acts": { outcome: "fail", fail: ["held-fire"] },
  "placebo, acts unsaid": { outcome: "fail", fail: ["held-fire"] },
  "placebo, calls a person": {
    outcome: "fail",
    fail: ["held-fire"],
    says: /called a person about stack at 9\.0 s, with nothing to repair/,
  },
  "placebo, turns users away": { outcome: "fail", fail: ["traffic-served"], says: /traffic was shed/ },
  "placebo, unheard": { outcome: "inconclusive", unclear: ["held-fire"], says: /silent/ },
  "placebo, breaks on its own": { outcome: "invalid", fail: ["steady-before"] },
  "placebo, with an outage": {
    outcome: "fail",
    fail: ["budget-kept"],
    says: /users\.error_share was 1 in 9\.0–9\.5 s/,
  },
  "placebo, broken by the healer": { outcome: "fail", fail: ["held-fire"] },
  "look-alike, held": { outcome: "pass" },
  "look-alike, acts": { outcome: "fail", fail: ["held-fire"] },
  "look-alike that never came": {
    outcome: "inconclusive",
    unclear: ["held-fire"],
    says: /load\.change times 1\.5 was never confirmed/,
  },
};

describe("a told trial", () => {
  for (const [name, truth] of Object.entries(truths)) {
    const named = [...(truth.fail ?? []), ...(truth.unclear ?? [])].join(", ");
    it(`“${name}” is ${truth.outcome}${named === "" ? "" : ` by ${named}`}`, () => {
      const record = tell(stories[name as StoryName]);
      const { outcome, findings } = judgeTrial(record, measureTrial(record));
      const having = (wanted: string): string[] =>
        findings.filter((finding) => finding.outcome === wanted).map((finding) => finding.rule);
      expect(
        { outcome, fail: having("fail"), unclear: having("inconclusive") },
        JSON.stringify(findings, null, 1),
      ).toEqual({
        outcome: truth.outcome,
        fail: truth.fail ?? [],
        unclear: truth.unclear ?? [],
      });
      const decisive = findings.filter((finding) => finding.outcome !== "pass").map((finding) => finding.says);
      if (truth.says !== undefined) expect(decisive.join(" | ")).toMatch(truth.says);
    });
  }
});
