// Bodies that nobody in their right mind would send, the same each time.

export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
}

export function pick<T>(from: readonly T[], chance: (below: number) => number): T {
  return from[chance(from.length)] as T;
}

/** Bytes, JSON of any shape, and requests with one part of them gone wrong; for the endpoint at this path. */
export function* randomBodies(count: number, path: string): Generator<string> {
  const chance = random(path.length);
  const list =
    { "/v1/traces": "resourceSpans", "/v1/logs": "resourceLogs", "/v1/metrics": "resourceMetrics" }[path] ?? "";
  const [scopes, items] = { resourceSpans: ["scopeSpans", "spans"], resourceLogs: ["scopeLogs", "logRecords"] }[
    list
  ] ?? ["scopeMetrics", "metrics"];
  const values = [null, 0, -1, 1e308, "", "x", true, [], {}, [[]], { a: [] }, "\u0000", { length: 5 }, [null]];
  const any = (depth: number): unknown => {
    if (depth === 0 || chance(3) === 0) return pick(values, chance);
    if (chance(2) === 0) return Array.from({ length: chance(4) }, () => any(depth - 1));
    return Object.fromEntries(
      Array.from({ length: chance(4) }, () => [pick(["a", "name", "resource", "gauge"], chance), any(depth - 1)]),
    );
  };
  for (let i = 0; i < count; i += 1) {
    const bytes = String.fromCharCode(...Array.from({ length: chance(60) }, () => chance(256)));
    const broken = {
      [list]: [
        { [scopes ?? ""]: [{ [items ?? ""]: [pick([1, "x", null, [], { spanId: 1 }, { name: any(2) }], chance)] }] },
      ],
    };
    yield pick(
      [
        bytes,
        JSON.stringify(any(4)),
        JSON.stringify({ [list]: pick([1, "x", null, {}, [1], ["x"], [null]], chance) }),
        JSON.stringify(broken),
      ],
      chance,
    );
  }
}
