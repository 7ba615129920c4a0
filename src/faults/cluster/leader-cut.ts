// leader.cut: the link of the manager that leads the cluster is taken down, and with it what runs on that node. The
// other managers elect another one; until then the cluster places nothing.

import { z } from "zod";
import type { ManagersLook } from "../../core/container-controls.ts";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { seenWithin } from "../parts/seen-within.ts";

/** So long a leader is waited for that reaches it again: within the time that a way back has, ms. */
const backWithinMs = 10_000;
const pollMs = 250;

export const leaderCut = fault({
  name: "leader.cut",
  about: "Takes down the link of the manager that leads the replica's cluster; what runs there runs on unreached.",
  acts: "replica",
  changesService: true,
  wayBack:
    "brings the link up again, after which the managers may elect once more; what was placed elsewhere stays there",
  needs: ["managers"],
  params: z.strictObject({
    quorum: z
      .enum(["kept", "may-be-lost"])
      .default("kept")
      .describe("With `may-be-lost` also where too few managers are left to elect one; then nothing is placed at all."),
  }),
  example: {},

  async prepare({ quorum }, { controls: { managers } }) {
    const look = await managers.look();
    const { leader, asked } = look;
    if (leader.name === asked) {
      throw refused(`${asked} leads, and is the manager that is asked: nothing would be seen any more`, {
        hint: "name another manager's engine in DOCKER_HOST",
      });
    }
    if (quorum === "kept" && !keepsQuorum(look)) throw refused(withoutQuorum(look), { hint: quorumHint });
    const link = await managers.link(leader.address);
    if (link !== "up") throw refused(`the link of ${leader.name}, which leads, is ${link}: it cannot be cut off`);
    return { node: leader.name, address: leader.address };
  },

  async apply({ quorum }, { node, address }, { controls: { managers }, harmBegins }, signal) {
    const now = await managers.look();
    if (now.leader.name !== node) throw refused(`${node} does not lead any more: ${now.leader.name} does`);
    if (quorum === "kept" && !keepsQuorum(now)) throw refused(withoutQuorum(now), { hint: quorumHint });
    signal.throwIfAborted();
    harmBegins?.();
    await managers.setLink(address, "down");
  },

  // By the system that has the link: when the others notice is what is measured.
  async observe({ undo: { node, address } }, { controls: { managers } }) {
    const link = await managers.link(address);
    return {
      confirmed: link === "down",
      expected: `the link of ${node}, which led, is down`,
      seen: `the link is ${link}`,
    };
  },

  // Not by the cluster, which may have no leader: by the address. A manager that comes back brings a later term of its
  // own vain elections along, and the others elect once more: how long that takes is theirs, and is said, not judged.
  async revert({ node, address }, { controls: { managers } }, signal) {
    const expected = `the link of ${node} is up`;
    if (managers === undefined) return { confirmed: false, expected, seen: "the platform has no managers" };
    if ((await managers.link(address)) === "down") await managers.setLink(address, "up");
    const link = await managers.link(address);
    if (link !== "up") return { confirmed: false, expected, seen: `the link of ${node} is ${link}` };
    let seen = "nobody leads yet";
    const back = async (): Promise<boolean> => {
      const look = await managers.look().catch(() => undefined);
      if (look === undefined) return false;
      seen = `${look.leader.name} leads, and ${look.unreached.join(", ") || "no manager"} is unreached`;
      return !look.unreached.includes(node);
    };
    await seenWithin(backWithinMs, signal, back, pollMs).catch(() => false);
    return { confirmed: true, expected, seen: `the link is up; ${seen}` };
  },
});

const quorumHint = "have more managers, or say `quorum: may-be-lost`, and mean it";

/** More than half of all managers must reach each other for one to be elected (Raft). */
function keepsQuorum({ managers, unreached }: ManagersLook): boolean {
  return managers - unreached.length - 1 > managers / 2;
}

function withoutQuorum({ managers, unreached }: ManagersLook): string {
  const left = managers - unreached.length - 1;
  return `without its leader the cluster would have ${left} of ${managers} managers, and none could be elected`;
}

function refused(what: string, more: { readonly hint?: string } = {}): HarnessError {
  return new HarnessError("environment", what, more);
}
