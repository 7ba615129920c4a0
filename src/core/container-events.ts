// What an engine tells of the containers of a stack, as it happens.

/** As an engine calls them: `rebound` hears these and no others. */
export const containerEvents = [
  "die",
  "oom",
  "start",
  "restart",
  "health_status: healthy",
  "health_status: unhealthy",
] as const;
export type ContainerEvent = (typeof containerEvents)[number];

/** One of them, of a container that is a replica. */
export interface ContainerTold {
  readonly event: ContainerEvent;
  readonly service: string;
  readonly replica: string;
  /** By the engine's own clock, ISO 8601; empty: it said none. */
  readonly time: string;
  /** In the engine's words, such as `die of shop-web-1, exit code 137`. */
  readonly says: string;
}

/** Whom to tell, and until when. */
export interface EventsHeard {
  readonly signal: AbortSignal;
  readonly told: (told: ContainerTold) => void;
  /** The engine listens, and answers what was asked now. To be called back once it did. */
  readonly asked: () => () => void;
  /** Nothing is heard from now on. To be called back with why, once it is certain that something may be missing. */
  readonly broke: () => (reason: string) => void;
}

/** Hears until the signal; tries again and again, and never rejects. */
export type HearEvents = (heard: EventsHeard) => Promise<void>;
