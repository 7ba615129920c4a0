// Units that appear in names and messages. One place, so "ms" always means the same thing.

/** A duration or an instant in milliseconds. Instants count from the trial's epoch on the harness's monotonic clock. */
export type Ms = number;

/** A share between 0 and 1. */
export type Share = number;

/** Anything that survives `JSON.parse(JSON.stringify(x))` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
