// When the effect of a fault was there by the clock of somebody else who saw it, such as a container's engine.

import type { Ms } from "./units.ts";

/**
 * Events of an engine that come right after an effect: a container's end, its being frozen, its leaving a network, and
 * a signal that the engine has sent it.
 */
export type EffectEvent = "die" | "pause" | "disconnect" | "kill";

/**
 * When somebody else's clock showed that something happened, put on ours: it was not before `lo`, and not after `hi`.
 * Both in ms of this machine's monotonic clock (`process.hrtime`), with parts of them.
 */
export interface ToldInstant {
  readonly lo: Ms;
  readonly hi: Ms;
}

/** An effect as it was told of. `kill`: it began with that signal or later, and was whole with the end. */
export interface ToldEffect extends ToldInstant {
  readonly by: "engine";
  readonly event: EffectEvent;
}

/** What the engine of a replica's container tells, with its own times. */
export interface EventControl {
  /**
   * Listens from now on; asked right before the harm, because the engine's clock is compared with ours now and in each
   * look. `container`: the text of an instance, or an id. Throws when the engine does not answer.
   */
  hear(container: string): Promise<Hearing>;
}

export interface Hearing {
  /** All such events of the container since then, oldest first. Throws when the engine does not answer. */
  told(event: EffectEvent): Promise<readonly ToldInstant[]>;
}
