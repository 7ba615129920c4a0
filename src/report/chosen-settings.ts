// How an intent is named where it may stand several times, with different settings.

interface Named {
  readonly intent: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The intent, and of its settings those that differ among the others of it: `x/y (policy=careful)`. */
export function nameAmong({ intent, settings }: Named, all: readonly Named[]): string {
  const others = all.filter((one) => one.intent === intent);
  const telling = Object.entries(settings).filter(([name, value]) =>
    others.some((one) => one.settings[name] !== value),
  );
  return telling.length === 0 ? intent : `${intent} (${telling.map(([name, value]) => `${name}=${value}`).join(", ")})`;
}
