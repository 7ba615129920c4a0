// Is the fault proxy still there? It is a tool of ours: when it dies, hangs or forgets its proxies, the trial is
// spoiled, and no target is to blame. Toxics live in its memory alone, so what is gone for certain has taken them
// along.

import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Ms } from "../../core/units.ts";
import { ask } from "../../lib/ask.ts";

/** An API that gives no answer for so long hangs. */
const answerWithinMs: Ms = 3_000;
/** A watched proxy is asked this often, ms. */
const askEveryMs: Ms = 500;
/** One that is just dying resets connections before it refuses them: it is asked again a few times. */
const [dyingTries, dyingEveryMs] = [10, 100];

const listSchema = z.record(z.string(), z.unknown());

/** What an API says of its proxies: their names; that nobody listens there; or nothing, and why. */
type Listing =
  | { readonly state: "there"; readonly names: readonly string[] }
  | { readonly state: "gone" }
  | { readonly state: "silent"; readonly reason: string };

/** `gone` only when the connection is refused: what else may be wrong does not prove that nobody is there. */
async function listProxies(apiUrl: string): Promise<Listing> {
  const asked = await ask(`${apiUrl}/proxies`, { timeoutMs: answerWithinMs });
  if (!asked.ok && asked.why === "refused") return { state: "gone" };
  // Not the error's own words: they may repeat the URL, which holds a secret.
  if (!asked.ok) return { state: "silent", reason: asked.why === "late" ? noAnswer : `no list (${asked.why})` };
  const names = namesIn(asked.text);
  if (asked.status === 200 && names !== undefined) return { state: "there", names };
  return { state: "silent", reason: asked.status === 200 ? "no list" : `status ${asked.status}` };
}

const noAnswer = `no answer in ${answerWithinMs} ms`;

function namesIn(text: string): readonly string[] | undefined {
  try {
    return Object.keys(listSchema.parse(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

/** True when the proxy is gone for certain: nobody listens at the API any more, or it has no proxy of that name. */
export async function isProxyGone(apiUrl: string, name: string): Promise<boolean> {
  for (let tries = 0; tries < dyingTries; tries += 1) {
    const listing = await listProxies(apiUrl);
    if (listing.state === "gone") return true;
    if (listing.state === "there") return !listing.names.includes(name);
    if (listing.reason.startsWith("no answer")) return false;
    await delay(dyingEveryMs);
  }
  return false;
}

/**
 * Calls `onLost` once, as soon as a proxy of these names is not there any more or their server hangs; until disposed.
 */
export function watchProxies(
  apiUrl: string,
  names: () => readonly string[],
  onLost: (reason: string) => void,
): Disposable {
  const over = new AbortController();
  const watch = async (): Promise<void> => {
    let away = 0;
    while (!over.signal.aborted) {
      const expected = names();
      const listing = await listProxies(apiUrl);
      if (over.signal.aborted) return;
      away = listing.state === "there" ? 0 : away + 1;
      // Once may be our own lateness, on a machine that has no time for us; and a process of ours that is just ending
      // refuses before we hear what ended it, which says more.
      const reason = away === 1 ? undefined : whyLost(listing, expected);
      if (reason !== undefined) return onLost(reason);
      await delay(askEveryMs, undefined, { ref: false, signal: over.signal });
    }
  };
  // Only the waiting rejects, when it is disposed.
  watch().catch(() => undefined);
  return { [Symbol.dispose]: () => over.abort() };
}

function whyLost(listing: Listing, expected: readonly string[]): string | undefined {
  if (listing.state === "gone") return "the fault proxy is gone: nobody listens at its API";
  if (listing.state === "silent") return `the fault proxy does not tell its proxies (${listing.reason})`;
  const missing = expected.filter((name) => !listing.names.includes(name));
  return missing.length === 0
    ? undefined
    : `the fault proxy has lost ${missing.join(", ")}: it was started again, or somebody removed them`;
}
