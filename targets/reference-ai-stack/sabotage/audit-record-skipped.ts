// Acts, claims it on the feed, and leaves no trace in the audit.
import type { Defect } from "./defect.ts";

export const auditRecordSkipped: Defect = {
  name: "audit-record-skipped",
  summary: "Writes no audit record of its actions, only of everything around them.",
  healer: {
    audit: (audit) => ({
      ...audit,
      record: async (fields) => (fields.what.startsWith("action.") ? undefined : audit.record(fields)),
    }),
  },
};
