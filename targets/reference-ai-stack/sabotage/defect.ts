// What a planted defect is: a name, a sentence, and wrappers around the narrow interfaces of the stack. No production
// code asks for a defect; the entry points wrap what they made anyway, once, at their start.
import type { Servable } from "../common/serve.ts";
import type { ApprovalDesk } from "../healer/approvals/desk.ts";
import type { Faculties } from "../healer/faculties.ts";
import type { Audit } from "../healer/governance/audit-file.ts";
import type { Memory } from "../healer/learning/memory.ts";
import type { Journal } from "../healer/governance/journal.ts";
import type { Clock, Eyes, Hand } from "../healer/nouns.ts";
import type { makeIndex } from "../supervisor/restore/make-index.ts";
import type { rebuildIndex } from "../supervisor/restore/rebuild-index.ts";

/** Wrappers around what the healer's main makes; what is absent stays as it was meant. */
export interface HealerWrapper {
  readonly audit?: (audit: Audit) => Audit;
  readonly journal?: (journal: Journal, clock: Clock) => Journal;
  readonly memory?: (memory: Memory) => Memory;
  readonly hand?: (hand: Hand, eyes: Eyes, clock: Clock) => Hand;
  readonly approvals?: (desk: ApprovalDesk, clock: Clock) => ApprovalDesk;
  readonly faculties?: (faculties: Faculties, clock: Clock) => Faculties;
}

type MakeIndex = typeof makeIndex;
type RebuildIndex = typeof rebuildIndex;

/** What the supervisor's restoring process can do. */
export interface Makers {
  readonly restore: MakeIndex;
  readonly rebuild: RebuildIndex;
}

export interface Defect {
  /** The file's name, and the value of `STACK_SABOTAGE`. */
  readonly name: string;
  /** What is wrong with a stack that has it, in one sentence. */
  readonly summary: string;
  readonly healer?: HealerWrapper;
  readonly gateway?: (app: Servable) => Servable;
  /** Each inference replica. */
  readonly inference?: (app: Servable) => Servable;
  /** Around the making of an index file, in the supervisor's restoring process. */
  readonly restore?: (make: MakeIndex) => MakeIndex;
  /** Around the making of one from the record store, in the same process. */
  readonly rebuild?: (make: RebuildIndex) => RebuildIndex;
}
