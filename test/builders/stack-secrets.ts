// The secrets that a supervisor would make at its start, as words that tell whose they are.
import type { Secrets } from "../../targets/reference-ai-stack/supervisor/specs.ts";

export const SECRETS: Secrets = {
  healerToken: "healer",
  healerDoorToken: "healer-door",
  lookToken: "look",
  reloadToken: "reload",
  cacheToken: "cache",
  loadToken: "load",
  writeToken: "write",
  recordsToken: "records",
  ingestionToken: "ingestion",
  keptAnswersToken: "kept-answers",
  sessionSecret: "session",
  supervisorToken: "supervisor",
};

/** The token of a person of that name, or the healer's. */
export function tokenOf(who: string): string {
  return who === "healer" ? SECRETS.healerToken : `${who}-token-of-this-test`;
}
