// Where the healer's events go: to the feed, which the supervisor serves so that it outlives the healer. In the order
// in which they were said.
import { toCloudEvent } from "./governance/cloud-event.ts";
import type { JournalEvent } from "./governance/journal.ts";
import { NUMBERS } from "./numbers.ts";
import { askJson } from "./telemetry/http-json.ts";

const SOURCE = "/reference-ai-stack/healer";

/** Resolves when the feed has the event, or when it was given up and `onTrouble` knows why. */
export function openFeedDoor(
  supervisorPort: number,
  token: string,
  onTrouble: (says: string) => void,
): (event: JournalEvent) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const send = async (event: JournalEvent): Promise<void> => {
    const { tries, timeoutMs } = NUMBERS.feed;
    const body = toCloudEvent(event, SOURCE);
    const call = { port: supervisorPort, path: "/events", method: "POST" as const, body, token, timeoutMs };
    let says = "";
    for (let n = 0; n < tries; n += 1) {
      const answer = await askJson(call);
      if (answer.kind === "answered" && answer.status === 200) return;
      says = answer.kind === "answered" ? `answered ${answer.status}` : answer.says;
    }
    onTrouble(`did not take ${event.type} of ${event.incident.id}: ${says}`);
  };
  return (event) => {
    const mine = last.then(() => send(event));
    last = mine;
    return mine;
  };
}
