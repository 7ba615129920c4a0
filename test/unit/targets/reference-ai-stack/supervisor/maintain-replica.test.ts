// A planned restart: said in the inventory for as long as it lasts, however it ends.
import { expect, test } from "vitest";
import type { Member } from "../../../../../targets/reference-ai-stack/common/members.ts";
import { maintainReplica } from "../../../../../targets/reference-ai-stack/supervisor/operations/maintain-replica.ts";
import type { OperationParts } from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";

/** What was done, each with whether the inventory said that the replica is worked on. */
function parts({ isLast = false, staysDown = false } = {}) {
  const did: string[] = [];
  const maintained = new Map<string, string>();
  const note = (what: string): void => {
    did.push(`${what}: ${maintained.get("inference-1") ?? "nothing said"}`);
  };
  const fleet = {
    child: () => ({ spec: { service: "inference" } }),
    inTurn: <T>(_replica: string, work: () => T): T => work(),
    begin: <T>(_replica: string, work: () => T): T => work(),
    restart: async () => {
      note("restart");
      if (staysDown) throw new Error("not healthy");
      return 42;
    },
  };
  const member: Member = { service: "inference", replica: "inference-1", address: "127.0.0.1:1", weight: 1 };
  const traffic = {
    members: () => [member],
    leave: async () => (note("leave"), isLast ? { ok: false, status: 409, reason: "the last" } : { ok: true }),
    join: async () => (note("join"), { ok: true }),
  };
  const given = { fleet, traffic, maintained } as unknown as OperationParts;
  return { did, maintained, ask: () => maintainReplica.call({ replica: "inference-1" }, given) };
}

test("the inventory says so before the replica leaves the traffic, until it has its share again", async () => {
  const { did, maintained, ask } = parts();
  expect(await ask()).toEqual({ status: 200, body: { pid: 42, drained: true } });
  const said = "a planned restart";
  expect(did).toEqual([`leave: ${said}`, `restart: ${said}`, `join: ${said}`]);
  expect(maintained.size).toBe(0);
});

test("nothing is said any more of one that did not come up, or was not taken out", async () => {
  const down = parts({ staysDown: true });
  await expect(down.ask()).rejects.toThrow("not healthy");
  const last = parts({ isLast: true });
  expect(await last.ask()).toMatchObject({ status: 409 });
  expect([down.maintained.size, last.maintained.size]).toEqual([0, 0]);
  expect(last.did).toHaveLength(1);
});
