// What supervisord's getAllProcessInfo says, as the inventory that a target publishes.

/** One entry of getAllProcessInfo; it has more fields. */
interface ProcessInfo {
  readonly name: string;
  readonly group: string;
  readonly statename: string;
  /** 0 when no process runs. */
  readonly pid: number;
}
export type Listed = readonly ProcessInfo[];

/**
 * One replica a process, of the service that its group is. Only the process number counts: supervisord says RUNNING of
 * one that hangs, and STARTING of one that answers already. Its words are no part of the inventory, so that a change of
 * words alone is no action.
 */
export function inventoryOf(
  listed: Listed,
  ports: Readonly<Record<string, number>>,
  files: Readonly<Record<string, readonly object[]>> = {},
): { readonly replicas: readonly object[] } {
  return {
    replicas: listed.flatMap(({ name, group, pid }) => {
      const port = ports[name];
      if (port === undefined) return [];
      const at = { service: group, replica: name, pid: pid === 0 ? null : pid, port, version: "1" };
      return [{ ...at, ...(files[name] && { files: files[name] }) }];
    }),
  };
}

/** supervisord's word on each: 1 where it says RUNNING, and what it says. */
export function wordsOf(listed: Listed): Record<string, { readonly running: 0 | 1; readonly says: string }> {
  return Object.fromEntries(
    listed.map(({ name, statename }) => [name, { running: statename === "RUNNING" ? 1 : 0, says: statename }]),
  );
}

/** True as long as a process is there, whatever it does. */
export function isUp({ pid }: ProcessInfo): boolean {
  return pid !== 0;
}
