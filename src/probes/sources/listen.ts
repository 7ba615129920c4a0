// Listens to a source of claims that is not our own feed, and writes down what our own feed would: that it is open,
// signs of life, claims by their arrival.

import type { HearEvents } from "../../core/container-events.ts";
import type { FeedSource } from "../../core/feed-source.ts";
import type { Clock } from "../../core/units.ts";
import type { OnFeedItem } from "../healer-claims.ts";
import { watchAlerts } from "./alerts.ts";
import { claimMaker } from "./claim-maker.ts";
import { hearContainers } from "./events.ts";
import type { Listening } from "./listening.ts";
import { receiveCalls, sourceBeatMs } from "./webhook.ts";
import { watchLines } from "./log.ts";

/** How the source is found in a running stack. */
interface SourcePlace {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: OnFeedItem;
  readonly fill: (text: string) => string;
  readonly allows: (host: string) => boolean;
  /** The service of each replica that target.yaml names. */
  readonly serviceOf: ReadonlyMap<string, string>;
  /** Absent where no engine runs the stack. */
  readonly hearEvents?: HearEvents;
}

/** Until the signal; tries again and again, and never rejects. */
export async function listenToSource(source: FeedSource, place: SourcePlace): Promise<void> {
  const { clock, signal, onEvent, fill, allows, serviceOf } = place;
  const names = new Map(Object.entries(source.names).map(([called, replica]) => [fill(called), replica]));
  const make = claimMaker(source.kind, { serviceOf, names });
  const everyMs = "everyMs" in source ? source.everyMs : sourceBeatMs;
  const listening: Listening = {
    clock,
    signal,
    allows,
    life: lifeOf({ kind: source.kind, everyMs, resolutionMs: source.resolutionMs }, clock, onEvent),
    say: (said, at) => {
      const claim = make(said);
      onEvent({ kind: "claim", at, claim }, { ...claim });
    },
    misunderstood: (reason) => onEvent({ kind: "trouble", at: clock.now(), where: "feed", reason }),
  };
  switch (source.kind) {
    case "log":
      return watchLines({ ...source, file: fill(source.file) }, listening);
    case "events":
      return hearContainers(source, listening, place.hearEvents);
    case "webhook":
      return receiveCalls(source, listening);
    default:
      return watchAlerts({ ...source, url: fill(source.url) }, listening);
  }
}

type About = NonNullable<Extract<Parameters<OnFeedItem>[0], { kind: "feed" }>["source"]>;

/** Each change is written once; why it is lost when that changes. */
function lifeOf(source: About, clock: Clock, onEvent: OnFeedItem): Listening["life"] {
  let open = false;
  let refusal = "";
  return {
    sign(at, hasNews = false) {
      if (!open) onEvent({ kind: "feed", at, state: "open", source });
      else if (!hasNews) onEvent({ kind: "feed", at, state: "alive" });
      open = true;
      refusal = "";
    },
    lost(reason, at = clock.now()) {
      if (open) onEvent({ kind: "feed", at, state: "lost", reason });
      else if (reason !== refusal) onEvent({ kind: "feed", at, state: "refused", reason });
      open = false;
      refusal = reason;
    },
  };
}
