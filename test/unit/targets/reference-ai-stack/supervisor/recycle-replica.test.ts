// Recycling: a replica leaves the traffic before its process ends, and has its share again afterwards, also when the
// new process does not come up, and never without a process.
import { expect, test } from "vitest";
import type { Member } from "../../../../../targets/reference-ai-stack/common/members.ts";
import type { OperationParts } from "../../../../../targets/reference-ai-stack/supervisor/operations/operation.ts";
import { removeReplica } from "../../../../../targets/reference-ai-stack/supervisor/operations/remove-replica.ts";
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

/** A fleet and a gateway that take their time, with real turns: what is under way at once meets. */
function slowParts(replicas: readonly string[]) {
  const children = new Set(replicas);
  let members: readonly Member[] = replicas.map((replica) => at(replica));
  const last = new Map<string, Promise<unknown>>();
  const moment = () => new Promise((resolve) => setImmediate(resolve));
  const inTurn = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work);
    last.set(
      name,
      mine.catch(() => undefined),
    );
    return mine;
  };
  const take = async (next: () => readonly Member[]) => {
    await moment();
    members = next();
    return { ok: true, weights: {} };
  };
  const fleet = {
    inTurn,
    begin: inTurn,
    child: (replica: string) => (children.has(replica) ? { spec: { service: replica.split("-")[0] } } : undefined),
    restart: (replica: string) =>
      inTurn(replica, async () => {
        await moment();
        if (!children.has(replica)) throw new Error(`no replica ${replica}`);
        return 42;
      }),
    remove: (replica: string) => inTurn(replica, async () => (await moment(), children.delete(replica))),
  };
  const traffic = {
    members: () => members,
    leave: (replica: string) => take(() => members.filter((one) => one.replica !== replica)),
    join: (member: Member) => take(() => [...members.filter((one) => one.replica !== member.replica), member]),
  };
  const served = () => members.map(({ replica }) => replica).toSorted();
  return { served, living: () => [...children].toSorted(), parts: { fleet, traffic } as unknown as OperationParts };
}

test.each([
  ["recycled and then removed", [recycleReplica, removeReplica]],
  ["removed and then recycled", [removeReplica, recycleReplica]],
  ["recycled, removed and recycled", [recycleReplica, removeReplica, recycleReplica]],
  ["removed twice", [removeReplica, removeReplica]],
])("one that is %s at the same time is in the traffic exactly as long as it has a process", async (_, operations) => {
  const { served, living, parts: given } = slowParts(["inference-1", "inference-2", "inference-3"]);
  const answers = await Promise.allSettled(operations.map((one) => one.call({ replica: "inference-3" }, given)));
  expect(living()).toEqual(["inference-1", "inference-2"]);
  expect(served()).toEqual(living());
  // The later ones are told that there is nothing left to do it to.
  const statuses = answers.map((one) => (one.status === "fulfilled" ? one.value.status : "failed"));
  const removed = operations.indexOf(removeReplica);
  expect(statuses).toEqual(operations.map((_operation, n) => (n <= removed ? 200 : 404)));
});
