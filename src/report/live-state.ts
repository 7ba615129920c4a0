// What the live page is sent while a run goes on. Every text is ready to be read: the page's script only puts it in
// place.

/** One step of a trial: a phase of ours, or a first claim of the healer. */
export interface LiveStep {
  readonly name: string;
  /** When it began, in words; empty: it is still to come. */
  readonly at: string;
  readonly by: "harness" | "healer";
  /** It goes on now. */
  readonly now: boolean;
}

/** A trial that goes on. */
export interface LiveTrial {
  readonly name: string;
  /** In order; what is still to come last. */
  readonly steps: readonly LiveStep[];
  /** The latest figures. */
  readonly readings: string;
  /** What became known of it, the newest last. */
  readonly news: readonly string[];
}

/** A run that goes on. */
export interface LiveState {
  /** How far it is, and what is done now. */
  readonly says: string;
  /** How long it went on, and how long it may. */
  readonly time: string;
  readonly trials: readonly LiveTrial[];
  /** What became known of the run, the newest last. */
  readonly news: readonly string[];
}

/** The page of the trials that have ended. */
export interface LivePage {
  /** Grows with each. */
  readonly version: number;
  /** A whole page. */
  readonly html: string;
}

/** The last that is sent. */
export interface LiveEnd {
  readonly says: string;
  /** The page of the whole run; null: there is none. */
  readonly html: string | null;
}

/** Names of what is sent, as the stream of events has them. */
export const liveEvents = { state: "state", page: "page", end: "end" } as const;

/** Where the page finds the stream of events, from its own address. */
export const eventsPath = "events";
