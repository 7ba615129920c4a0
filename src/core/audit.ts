export type { AuditLook, AuditRecord } from "../records/audit.ts";
