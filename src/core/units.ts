// Units and the clock. One place, so "ms" always means the same thing.

/** A duration or an instant in milliseconds. Instants count from the trial's epoch on the harness's monotonic clock. */
export type Ms = number;

/** A share between 0 and 1. */
export type Share = number;

/** Anything that survives `JSON.parse(JSON.stringify(x))` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A monotonic clock: `now()` is in milliseconds since the clock's epoch and never goes back. Rooms that need "now" take
 * one, so that tests can hand them any time.
 */
export interface Clock {
  now(): Ms;
}
