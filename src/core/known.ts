// Objects of which some values may not be known: a key without a value is left out, and is not written as undefined.

/** The same keys, each of which may be undefined where it may be left out. */
export type MaybeKnown<T> = {
  [Key in keyof T]-?: object extends Pick<T, Key> ? T[Key] | undefined : T[Key];
};

/** Without the keys whose value is undefined. */
export function known<T extends object>(values: MaybeKnown<T>): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
