// Events that an engine tells of the stack's containers. Each rule that fits says something, in the order of the file:
// one event may end a thing and tell of what was done.

import type { ContainerTold, HearEvents } from "../../core/container-events.ts";
import type { EventsSource } from "../../core/feed-source.ts";
import type { Said } from "./claim-maker.ts";
import type { Listening } from "./listening.ts";

/** Until the signal; never rejects. `hear` is absent where no engine runs the stack: then nothing is ever heard. */
export async function hearContainers(
  { told: rules }: EventsSource,
  { clock, signal, life, say }: Listening,
  hear: HearEvents | undefined,
): Promise<void> {
  if (hear === undefined) return life.lost("no engine tells of this stack's containers");
  await hear({
    signal,
    told(one) {
      const at = clock.now();
      for (const said of saidBy(rules, one)) say(said, at);
    },
    asked() {
      const at = clock.now();
      return () => life.sign(at);
    },
    broke() {
      const at = clock.now();
      return (reason) => life.lost(reason, at);
    },
  });
}

/** What one event says. */
function saidBy(rules: EventsSource["told"], { event, service, replica, time, says }: ContainerTold): Said[] {
  return rules
    .filter((rule) => rule.event === event && (rule.service ?? service) === service)
    .map(({ event: _event, ...said }) => ({ ...said, service, replica, time, reasons: [says] }));
}
