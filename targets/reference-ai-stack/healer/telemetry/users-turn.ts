// Whose turn it is of the chats that users were answered out of the gateway's cache.
import { z } from "zod";
import { NUMBERS } from "../numbers.ts";
import { askJson } from "./http-json.ts";

const givenBody = z.object({ given: z.array(z.looseObject({})) });

/** One at each look: the one that differed last, then those that were not asked yet, those given last first. */
export interface UsersTurn {
  next(): Promise<object | undefined>;
  /** What came of asking it: whether it differs; null: not seen. */
  was(chat: object, differs: boolean | null): void;
}

/** `token`: the healer's; absent: there is nobody's turn. */
export function createUsersTurn(gatewayPort: number, token: string | undefined): UsersTurn {
  const asked = new Set<string>();
  let suspect: object | undefined;
  return {
    async next() {
      if (token === undefined || suspect !== undefined) return suspect;
      const call = { port: gatewayPort, path: "/internal/answer-cache/given", timeoutMs: NUMBERS.timeoutMs.twice };
      const answer = await askJson({ ...call, token });
      const read = answer.kind === "answered" && answer.status === 200 ? givenBody.safeParse(answer.body) : undefined;
      const given = read?.data?.given ?? [];
      const fresh = given.find((chat) => !asked.has(JSON.stringify(chat)));
      if (fresh === undefined) asked.clear();
      return fresh ?? given[0];
    },
    was(chat, differs) {
      suspect = differs === true ? chat : undefined;
      asked.add(JSON.stringify(chat));
    },
  };
}
