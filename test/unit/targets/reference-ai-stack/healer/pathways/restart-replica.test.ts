// What a restart has to show before it is called healed.
import { expect, test } from "vitest";
import type { Eyes, Remedy, TargetOf } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import type { ManifestView } from "../../../../../../targets/reference-ai-stack/healer/telemetry/vector-views.ts";
import { restartReplica } from "../../../../../../targets/reference-ai-stack/healer/pathways/restart-replica.ts";

const target = { scope: "replica", service: "vector", replica: "vector-1" } as const;
const remedy: Remedy<TargetOf<"replica">> = { pathway: "restart-replica", target, means: "restart" };

/** One look at a replica that runs, answers and is reached, after an incident that this signal has raised. */
async function lookAfter(signal: string, manifest: Partial<ManifestView>) {
  const eyes = {
    rollCall: async () => [{ ...target, pid: 7, port: 1, weight: 1 }],
    pulse: async () => ({ state: "good", says: "health answered 200" }),
    manifest: async () => ({ matches: true, rows: 10, ...manifest }),
    check: async () => 3,
  } as unknown as Eyes;
  const check = await restartReplica.check(eyes, remedy, [{ name: signal, scope: target, says: signal }]);
  return check();
}

test("a replica that refused writes is healed once it has stored one, and not for having refused none yet", async () => {
  expect(await lookAfter("writes-refused", { wrote: 0 })).toEqual({
    good: false,
    says: "vector-1 has stored nothing since it was started",
  });
  expect(await lookAfter("writes-refused", {})).toMatchObject({ good: false });
  expect(await lookAfter("writes-refused", { wrote: 1 })).toMatchObject({ good: true });
  const again = { wrote: 1, writeRefused: "disk I/O error" };
  expect(await lookAfter("writes-refused", again)).toMatchObject({ good: false });
});

test("a replica that was gone need store nothing", async () => {
  expect(await lookAfter("not-answering", { wrote: 0 })).toMatchObject({ good: true });
});
