// What a healer did and said while nothing was wrong, from its audit and from what became of the stack. Pure.

/** One record of the audit, as far as it is asked for. */
interface AuditLine {
  readonly what: string;
  readonly incident?: string;
  readonly pathway?: string;
  readonly action?: string;
}

/** What the supervisor says of a replica. */
interface Member {
  readonly replica: string;
  readonly pid: number | null;
  readonly weight?: number | undefined;
}

export interface Tally {
  /** Each action that was begun, in words. */
  readonly actions: readonly string[];
  readonly incidents: number;
  /** Claims by their kind. */
  readonly claims: Readonly<Record<string, number>>;
}

/** `text`: the audit as it is published, one record a line. Throws for a line that is no record. */
export function tallyOf(text: string): Tally {
  const lines = text.split("\n").filter((line) => line !== "");
  const records = lines.map((line) => JSON.parse(line) as AuditLine);
  const own = records.filter(({ incident }) => incident !== undefined);
  const claims: Record<string, number> = {};
  for (const { what } of own) claims[what] = (claims[what] ?? 0) + 1;
  return {
    actions: own.filter(({ what }) => what === "action.started").map(({ action, pathway }) => action ?? pathway ?? "?"),
    incidents: new Set(own.map(({ incident }) => incident)).size,
    claims,
  };
}

/** What was done to the stack, whoever says so: another process, another weight, come or gone. */
export function changesBetween(before: readonly Member[], after: readonly Member[]): readonly string[] {
  const old = new Map(before.map((one) => [one.replica, one]));
  const come = after.filter(({ replica }) => !old.has(replica)).map(({ replica }) => `${replica} has come`);
  const now = new Map(after.map((one) => [one.replica, one]));
  const changed = before.flatMap(({ replica, pid, weight }) => {
    const one = now.get(replica);
    if (one === undefined) return [`${replica} is gone`];
    const process = one.pid === pid ? [] : [`${replica} has another process (${pid} → ${one.pid})`];
    return one.weight === weight ? process : [...process, `${replica} has another weight (${weight} → ${one.weight})`];
  });
  return [...come, ...changed];
}
