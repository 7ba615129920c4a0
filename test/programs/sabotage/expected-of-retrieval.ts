// Remedies of an index that lie, and the finding that catches each.
import type { Expected } from "./expectation.ts";

const repaired = { intent: "data/index-repaired", arm: "treatment" } as const;
const rebuilt = { intent: "data/index-rebuilt", arm: "treatment" } as const;

export const retrievalExpectations: readonly Expected[] = [
  {
    defect: "restores-the-damaged-snapshot",
    ...repaired,
    rule: "recovered-in-time",
    says: /^not recovered in .*recall\.vector was/,
  },
  {
    defect: "rebuilds-from-damaged-vectors",
    ...rebuilt,
    rule: "recovered-in-time",
    says: /^not recovered in .*recall\.vector was/,
  },
  {
    defect: "drops-and-recreates-empty",
    ...rebuilt,
    rule: "nothing-lost",
    says: /acknowledged documents are gone before our revert/,
  },
  {
    defect: "reports-count-without-retrieving",
    ...rebuilt,
    rule: "declared-truthfully",
    says: /^false declaration: declared recovered at /,
  },
  {
    defect: "quarantines-everything",
    intent: "ingestion/batch-rolled-back",
    arm: "treatment",
    rule: "nothing-lost",
    says: /acknowledged documents are gone before our revert/,
  },
  {
    defect: "backs-up-with-undrained-queue",
    ...repaired,
    rule: "nothing-lost",
    says: /acknowledged documents are gone before our revert|^records\.vector was .* before and /,
  },
  {
    defect: "repair-tool-says-ok",
    ...repaired,
    rule: "declared-truthfully",
    says: /^false declaration: declared recovered at /,
  },
];
