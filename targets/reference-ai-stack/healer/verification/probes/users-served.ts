// What the stack is for: users are answered, and in time. Counted by the gateway on its own side, not per upstream.
import { NUMBERS } from "../../numbers.ts";
import type { VerifyProbe } from "../probe.ts";
import type { UsersView } from "../witness.ts";

const NONE: UsersView = { answered: 0, failed: 0, late: 0 };

export const usersServed: VerifyProbe = {
  name: "users-served",
  shows: "sla",
  reads: ["users"],
  open({ witness }) {
    let first: UsersView | null = null;
    let before: UsersView | null = null;
    return async () => {
      const now = await witness.users();
      if (now === null) return null;
      // A gateway that was started again counts from nothing.
      if (before !== null && now.answered + now.failed < before.answered + before.failed)
        [first, before] = [NONE, NONE];
      first ??= now;
      const last = since(before ?? now, now);
      before = now;
      const all = since(first, now);
      const asked = last.answered + last.failed;
      const total = all.answered + all.failed;
      // One failure among few chats is no rate.
      const fails = last.failed >= 2 && last.failed / asked > 1 - NUMBERS.errors.objective;
      const isLate = last.late >= 2 && last.late / Math.max(1, asked) > 0.5;
      return {
        bad: total === 0 ? 0 : (all.failed + all.late) / total,
        isGood: !fails && !isLate,
        says: `of ${total} chats since (questions of ours among them) ${all.failed} failed, ${all.late} were late`,
      };
    };
  },
  // One look before the action counts nobody yet.
  harm: null,
};

function since(from: UsersView, to: UsersView): UsersView {
  return { answered: to.answered - from.answered, failed: to.failed - from.failed, late: to.late - from.late };
}
