// Recycling: a replica leaves the traffic before its process ends, and has its share again afterwards, also when the
// new process does not come up.
import { expect, test } from "vitest";
import type { Member } from "../../../../../targets/reference-ai-stack/common/members.ts";
import type { OperationParts } from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import { recycleReplica } from "../../../../../targets/reference-ai-stack/supervisor/operations/recycle-replica.ts";

const at = (replica: string, weight = 1): Member => {
  const service = replica.split("-")[0] ?? "";
  return { service, replica, address: "127.0.0.1:1", weight };
};

/** What was done in which order, by parts that only write it down. */
function parts(members: readonly Member[], options: { readonly refuses?: true; readonly staysDown?: true } = {}) {
  const did: string[] = [];
  const say = (what: string) => {
    did.push(what);
    return Promise.resolve(
      options.refuses ? { ok: false, status: 409, reason: "the last" } : { ok: true, weights: {} },
    );
  };
  const fleet = {
    child: (replica: string) => ({ spec: { service: replica.split("-")[0] } }),
    inTurn: <T>(_replica: string, work: () => T): T => work(),
    begin: <T>(_replica: string, work: () => T): T => work(),
    async restart(replica: string) {
      did.push(`restart ${replica}`);
      if (options.staysDown) throw new Error("not healthy");
      return 42;
    },
  };
  const traffic = {
    members: () => members,
    leave: (replica: string) => say(`leave ${replica}`),
    join: (member: Member) => say(`join ${member.replica} with ${member.weight}`),
    setWeights: (shares: object) => say(`shares ${JSON.stringify(shares)}`),
  };
  return { did, parts: { fleet, traffic } as unknown as OperationParts };
}

test("a model's replica leaves first, owes nothing, and comes back with the share that it had", async () => {
  const { did, parts: given } = parts([at("inference-1", 0.5), at("inference-2")]);
  expect(await recycleReplica.call({ replica: "inference-1" }, given)).toEqual({
    status: 200,
    body: { pid: 42, drained: true },
  });
  expect(did).toEqual(["leave inference-1", "restart inference-1", "join inference-1 with 0.5"]);
});

test("a replica that holds documents stays a member, so that it misses no write, and only loses its share", async () => {
  const { did, parts: given } = parts([at("vector-1"), at("vector-2")]);
  await recycleReplica.call({ replica: "vector-1" }, given);
  expect(did).toEqual(['shares {"vector-1":0}', "restart vector-1", "join vector-1 with 1"]);
});

test("the last one that takes traffic is not ended", async () => {
  const { did, parts: given } = parts([at("inference-1")], { refuses: true });
  expect(await recycleReplica.call({ replica: "inference-1" }, given)).toEqual({
    status: 409,
    body: { error: "the last" },
  });
  expect(did).toEqual(["leave inference-1"]);
});

test("a new process that does not come up leaves a member that is down, not one that is forgotten", async () => {
  const { did, parts: given } = parts([at("inference-1"), at("inference-2")], { staysDown: true });
  await expect(recycleReplica.call({ replica: "inference-1" }, given)).rejects.toThrow("not healthy");
  expect(did.at(-1)).toBe("join inference-1 with 1");
});

test("what takes no part in the balancing is started anew at once", async () => {
  const { did, parts: given } = parts([at("inference-1")]);
  expect(await recycleReplica.call({ replica: "gateway" }, given)).toMatchObject({ body: { drained: false } });
  expect(did).toEqual(["restart gateway"]);
});
