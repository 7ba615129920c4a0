// Puts the ingestion together: what it is about and how far behind, and documents of users, who wait for theirs.
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { FEWEST_AT_ONCE, MOST_AT_ONCE, openEmbedAhead } from "./embed-ahead.ts";
import { openCrowding } from "./crowding.ts";
import { openIntake, type Intake } from "./intake.ts";
import { openLedger, type Batch, type Ledger } from "./ledger.ts";
import { lockFolder } from "./lock.ts";
import { BatchFailure, readBatch, SCHEMA_VERSION } from "./records.ts";
import { passagesOf } from "./passages.ts";
import { MOST_PASSAGES } from "../common/document-limits.ts";
import type { Ingestion, IngestionParts, IngestionView, Submitted, Width } from "./nouns.ts";
import { Refused } from "./refused.ts";
import { openShelf } from "./shelf.ts";
import { createSourceTags, type SourceTags } from "./source-tags.ts";
import { openSuspicion } from "./suspicion.ts";
import { verbsOf } from "./verbs.ts";
import { createWorker, type Failing, type Worker } from "./worker.ts";

/** So long a user's document waits, once it is published, for the gateway to hear of it, ms. */
const HEARD_WITHIN_MS = 500;
/** Of these a batch that was published counts as "lately". */
const SUSPECT_WITHIN_MS = 600_000;
/** So many of what is not taken are said one by one. */
const MOST_UNTAKEN = 20;
const USERS = "users";

export function openIngestion(parts: IngestionParts): Ingestion {
  const { dir, sourcesDir, roomBytes, teller, metrics, now, log } = parts;
  const doors = teller.over(parts.doors);
  mkdirSync(dir, { recursive: true });
  const unlock = lockFolder(dir);
  const ledger = openLedger(dir);
  const intake = openIntake({ sourcesDir, dir, roomBytes, ledger, now, onPassed: metrics.passed });
  const submissions = createSubmissions(intake, parts);
  const width: Width = { atOnce: FEWEST_AT_ONCE };
  const stands = (seq: number): boolean => ledger.get(seq)?.state === "published";
  const crowding = openCrowding({ questions: parts.questions, doors, stands });
  const worker = createWorker({
    ledger,
    intake,
    doors,
    embedAhead: openEmbedAhead({ doors, ledger, intake, atOnce: () => width.atOnce }),
    shelve: openShelf(dir, metrics.deadLettered),
    suspicion: openSuspicion(stands),
    crowding,
    now,
    log,
    onPublished(batch, { documents, stale }) {
      metrics.published(batch.source, documents, stale);
      // Of one that was left out nobody says that it is there.
      if (documents + stale > 0) submissions.settle(batch, stale === 0 ? "stored" : "stale");
    },
    onFailure: ({ source }, { kind }) => metrics.failed(source, kind),
    onTakenBack({ source }) {
      metrics.takenBack(source);
      crowding.forget();
    },
  });
  const sourceTags = createSourceTags(ledger, intake);
  const view = (): IngestionView => viewOf({ ledger, worker, width, sourceTags, intake }, parts);
  return {
    view,
    lagMs: () => lagOf({ ledger, intake }, now()),
    countUntaken: () => intake.untaken().length,
    find(source, batch) {
      const found = ledger.find(source, batch);
      if (found === undefined) return undefined;
      const fails = found.state === "queued" && worker.failing()?.seq === found.seq;
      return { ...found, ...(fails && { state: "failing" }), changed: ledger.countChanged(found.seq) };
    },
    turn: worker.turn,
    submit: submissions.submit,
    ...verbsOf({ ledger, worker, intake, width }, parts),
    close() {
      teller.close();
      ledger.close();
      unlock();
    },
  };
}

interface Viewed {
  readonly ledger: Ledger;
  readonly worker: Worker;
  readonly width: Width;
  readonly sourceTags: SourceTags;
  readonly intake: Pick<Intake, "held" | "longestMs" | "refused" | "untaken">;
}

function viewOf(
  { ledger, worker, width, sourceTags, intake }: Viewed,
  { now, freshWithinMs, teller }: IngestionParts,
): IngestionView {
  const counts = ledger.counts();
  const head = ledger.goingBack() ?? ledger.head();
  const failing = worker.failing();
  const own = failing !== null && failing.seq === head?.seq ? failing : null;
  const suspects = ledger
    .suspects(now() - SUSPECT_WITHIN_MS)
    .map(({ seq, source, batch, suspect = "" }) => ({ seq, source, batch, says: suspect }));
  const held = intake.held();
  const writeRefused = intake.refused() ?? (own?.failure.kind === "disk" ? own.failure.message : null);
  const spare = writeRefused === null ? null : ledger.spare();
  const stale = held.filter(({ isStale }) => isStale);
  const sources = ledger.sources();
  const renamed = sources.filter(({ mapping }) => Object.keys(mapping).length > 0);
  const failed = own === null || head === undefined ? [] : [head];
  const blamed = [...failed, ...suspects, ...stale].map(({ source }) => source);
  return {
    lagMs: lagOf({ ledger, intake }, now()),
    held,
    untaken: intake.untaken().slice(0, MOST_UNTAKEN),
    writeRefused,
    spareCopies: spare?.length ?? null,
    spareTags: sourceTags.ofCopies(spare ?? []),
    freshWithinMs,
    atOnce: width.atOnce,
    mostAtOnce: MOST_AT_ONCE,
    queued: counts.queued,
    published: counts.published,
    deadLetters: ledger.deadLetters(),
    oversized: ledger.countAside(),
    rolledBack: counts["rolled-back"],
    quarantined: sources.flatMap(({ source, isQuarantined }) => (isQuarantined ? [source] : [])),
    renamed: Object.fromEntries(renamed.map(({ source, mapping }) => [source, mapping])),
    untold: teller.untold(),
    head: head === undefined ? null : headOf(head, own, now()),
    tags: Object.fromEntries([...new Set(blamed)].map((source) => [source, sourceTags.of(source)])),
    suspects,
  };
}

/** What lies with the producers counts too: a ledger that takes nothing more, as on a full disk, leaves it there. */
function lagOf({ ledger, intake }: Pick<Viewed, "ledger" | "intake">, at: number): number {
  const head = ledger.goingBack() ?? ledger.head();
  const waitedMs = head === undefined ? 0 : at - head.arrivedMs;
  return Math.max(waitedMs, intake.longestMs(), ...intake.held().map((one) => one.waitedMs));
}

/** `own`: what it has failed with; null: it has not. */
function headOf({ seq, source, batch }: Batch, own: Failing | null, at: number): IngestionView["head"] {
  return {
    seq,
    source,
    batch,
    attempts: own?.attempts ?? 0,
    kind: own?.failure.kind ?? null,
    line: own?.failure.line ?? 0,
    reason: own?.failure.message ?? "",
    nextInMs: own === null ? 0 : Math.max(0, own.nextAt - at),
    waitsFor: own?.waitsFor ?? null,
    mapping: own?.failure.mapping ?? null,
  };
}

/** Documents of users come one by one, each as a batch of its own, and wait to be published. */
function createSubmissions(
  intake: Intake,
  { freshWithinMs, now, onArrival, teller }: IngestionParts,
): Pick<Ingestion, "submit"> & { settle(batch: Batch, how: Submitted): void } {
  const waiting = new Map<string, (how: Submitted) => void>();
  let version = 0;
  return {
    async submit({ id, title, text }) {
      // Of two texts of one id the later one is newer, also where both come within one millisecond.
      version = Math.max(now(), version + 1);
      const record = { schema: SCHEMA_VERSION, id, title, text, version, tags: ["public"] };
      const content = `${JSON.stringify(record)}\n`;
      refuseUnreadable(id, content);
      const name = `${now()}-${randomUUID()}.jsonl`;
      const published = new Promise<Submitted>((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(name);
          resolve("late");
        }, freshWithinMs);
        waiting.set(name, (how) => {
          clearTimeout(timer);
          resolve(how);
        });
      });
      intake.put(USERS, name, content);
      onArrival();
      const how = await published;
      // Who writes and asks at once gets no answer of before.
      if (how === "stored") await Promise.race([teller.told(), pause(HEARD_WITHIN_MS, undefined, { ref: false })]);
      return how;
    },
    settle({ source, batch }, how) {
      if (source !== USERS) return;
      waiting.get(batch)?.(how);
      waiting.delete(batch);
    },
  };
}

/** One person's mistake must not stop at the head of the queue, where it would hold up everybody's documents. */
function refuseUnreadable(id: string, content: string): void {
  if (/#\d+$/.test(id)) throw new Refused(`the id ${id} ends like that of a passage; expected no number behind a #`);
  const [found] = readBatch(Buffer.from(content), [], {});
  if (found instanceof BatchFailure) throw new Refused(found.message);
  const count = found === undefined ? 0 : passagesOf(found.record).length;
  if (count === 0) throw new Refused("there is no text; nobody deletes a document by this door");
  if (count > MOST_PASSAGES) throw new Refused(`${count} passages; expected at most ${MOST_PASSAGES}`);
}
