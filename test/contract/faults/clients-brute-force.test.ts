import { expect, test } from "vitest";
import { clientsBruteForce } from "../../../src/faults/clients/clients-brute-force.ts";
import { replicaSite, testFault, type FaultStand } from "../../support/test-fault.ts";

// A bystander is served on: these few requests are no burden.
testFault(clientsBruteForce, { site: replicaSite, unseen: true, more: guesses });

interface LogIn {
  readonly from: string;
  readonly declared?: string;
  readonly password: string;
}

function guesses(stand: FaultStand): void {
  const { signal } = stand;
  const { example } = clientsBruteForce;

  /** What the replica has seen once the fault is proved and taken back. */
  async function seenWith(more: object): Promise<readonly LogIn[]> {
    const site = stand.site();
    const params = clientsBruteForce.parse({ ...example, ...more });
    const undo = await clientsBruteForce.prepare(params, site);
    expect(await clientsBruteForce.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
    await clientsBruteForce.revert(undo, site, signal);
    return (await (await fetch(`${stand.replicaUrl()}/log-ins`)).json()) as readonly LogIn[];
  }

  test("comes from an address of its own, each time with another guess", async () => {
    const seen = await seenWith({ from: "127.0.0.77" });
    expect(seen.length).toBeGreaterThanOrEqual(10);
    expect(new Set(seen.map(({ from }) => from))).toEqual(new Set(["127.0.0.77"]));
    expect(new Set(seen.map(({ password }) => password)).size).toBe(seen.length);
  });

  test("is declared by a header where a hop stands before the service", async () => {
    const [first] = await seenWith({ from: "127.0.0.77", declared_in: "x-forwarded-for" });
    expect(first).toMatchObject({ from: "127.0.0.1", declared: "127.0.0.77" });
  });

  test("guesses no more often than its rate and its time allow", async () => {
    const seen = await seenWith({ per_second: 5, lasts: "1s" });
    expect(seen.map(({ password }) => password)).toEqual(["guess-1", "guess-2", "guess-3", "guess-4", "guess-5"]);
  });

  // Ten of these take longer than it is waited for.
  test.each([0.5, 1])("is proved at %d guesses a second, too", async (perSecond) => {
    expect((await seenWith({ per_second: perSecond })).length).toBeGreaterThanOrEqual(2);
  });

  test("asks no more once its time is over, however few were sent", async () => {
    const { clients } = stand.site().controls;
    if (clients === undefined) throw new Error("the platform offers no clients");
    const [client, longer] = [await clients.start(), await clients.start()];
    const plan = { path: "/log-in", body: { user: "ann", password: "{n}" }, filler: { words: 1, wordBytes: 1 } };
    await clients.begin(client, { ...plan, does: { askedPerSecond: 20, most: 1000, forMs: 500 } });
    await clients.begin(longer, { ...plan, does: { askedPerSecond: 20, most: 30 } });
    // Another one at the same rate has asked for three times as long by then.
    await expect.poll(async () => (await clients.look(longer))?.sent, { timeout: 20_000 }).toBe(30);
    const view = await clients.look(client);
    await Promise.all([clients.end(client), clients.end(longer)]);
    expect(view?.sent).toBeGreaterThanOrEqual(1);
    expect(view?.sent).toBeLessThanOrEqual(11);
  });

  test("has no effect where no guess is looked at", async () => {
    const site = stand.site();
    const params = clientsBruteForce.parse({ ...example, refused_with: 403, per_second: 5, lasts: "1s" });
    const undo = await clientsBruteForce.prepare(params, site);
    const evidence = await clientsBruteForce.apply(params, undo, site, signal);
    expect(evidence).toMatchObject({ confirmed: false });
    expect(evidence.seen).toContain("5 with 401");
    await clientsBruteForce.revert(undo, site, signal);
  });
}

test.each([
  [{ from: "10.0.0.1" }, "127.0.0.66"],
  [{ body: { user: "ann", password: "always-this" } }, "{n}"],
  [{ lasts: "10m" }, "1s to 2m"],
  [{ per_second: 500 }, "50"],
])("is refused with %j", (more, says) => {
  expect(() => clientsBruteForce.parse({ ...clientsBruteForce.example, ...more })).toThrow(says);
});
