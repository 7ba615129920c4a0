// What `sv status` says, as the inventory that a target publishes.

/** One service. */
export interface Status {
  readonly name: string;
  /** run, down, finish, or fail where nobody supervises it. */
  readonly says: string;
  /** Null when no process runs. */
  readonly pid: number | null;
  /** It will not be started again when it ends. */
  readonly wantsDown: boolean;
}

/** Lines such as `run: /srv/app: (pid 71) 5s, want down`. */
export function statusOf(lines: string): readonly Status[] {
  return [...lines.matchAll(/^(\w+): (?:\S*\/)?([\w-]+): (?:\(pid (\d+)\) )?(.*)$/gm)].map(
    ([, says = "", name = "", pid, rest = ""]) => ({
      name,
      says,
      pid: pid === undefined || says === "finish" ? null : Number(pid),
      wantsDown: rest.includes("want down"),
    }),
  );
}

/** Only process numbers: runit says `run` of one that hangs. */
export function inventoryOf(
  services: readonly Status[],
  ports: Readonly<Record<string, number>>,
  files: Readonly<Record<string, readonly object[]>>,
): { readonly replicas: readonly object[] } {
  return {
    replicas: services.flatMap(({ name, pid }) => {
      const port = ports[name];
      if (port === undefined) return [];
      return [{ service: name, replica: name, pid, port, version: "1", ...(files[name] && { files: files[name] }) }];
    }),
  };
}

/** runit's word on each: 1 where it says run, and what it says. */
export function wordsOf(services: readonly Status[]): Record<string, { readonly run: 0 | 1; readonly says: string }> {
  return Object.fromEntries(services.map(({ name, says }) => [name, { run: says === "run" ? 1 : 0, says }]));
}
