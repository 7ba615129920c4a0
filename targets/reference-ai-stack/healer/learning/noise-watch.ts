// Which suspicions were noise: refuted by their second opinion, and gone by themselves without ever being an incident.
// One that was refuted and stands on is not noise yet: its checks may be blind.
import { scopeKey } from "../nouns.ts";
import type { Scope } from "../nouns.ts";
import type { Memory } from "./memory.ts";

export interface NoiseWatch {
  refuted(scope: Scope, kind: string): void;
  /** It was no noise. */
  confirmed(scope: Scope): void;
  /** To be called every turn. */
  look(stands: (scope: Scope) => boolean): void;
}

export function createNoiseWatch(memory: Pick<Memory, "noise">): NoiseWatch {
  const open = new Map<string, { readonly scope: Scope; readonly kind: string }>();
  return {
    refuted: (scope, kind) => void open.set(scopeKey(scope), { scope, kind }),
    confirmed: (scope) => void open.delete(scopeKey(scope)),
    look(stands) {
      for (const [key, { scope, kind }] of open) {
        if (stands(scope)) continue;
        open.delete(key);
        memory.noise(kind);
      }
    },
  };
}
