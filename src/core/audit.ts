// What the target's own audit says, as it was read and checked from outside.

/** One record of the audit as far as it is compared with the claims. */
export interface AuditRecord {
  readonly seq: number;
  readonly what: string;
  readonly principal?: string;
  readonly incident?: string;
}

/** The chain is whole, or broken at the first record that does not follow from the one before. */
export type AuditChain =
  | { readonly ok: true }
  | { readonly ok: false; readonly brokenSeq: number; readonly says: string };

/** One look at the audit; not read is not bad. */
export type AuditLook =
  | { readonly ok: true; readonly records: readonly AuditRecord[]; readonly chain: AuditChain }
  | { readonly ok: false; readonly reason: string };
