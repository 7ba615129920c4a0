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
  /** Of those that were given lately. */
  let asked: readonly string[] = [];
  let suspect: object | undefined;
  return {
    async next() {
      if (token === undefined || suspect !== undefined) return suspect;
      const call = { port: gatewayPort, path: "/internal/answer-cache/given", timeoutMs: NUMBERS.timeoutMs.twice };
      const answer = await askJson({ ...call, token });
      const read = answer.kind === "answered" && answer.status === 200 ? givenBody.safeParse(answer.body) : undefined;
      const given = read?.data?.given ?? [];
      const texts = given.map((chat) => JSON.stringify(chat));
      asked = asked.filter((text) => texts.includes(text));
      const fresh = given[texts.findIndex((text) => !asked.includes(text))];
      if (fresh === undefined) asked = [];
      return fresh ?? given[0];
    },
    was(chat, differs) {
      suspect = differs === true ? chat : undefined;
      asked = [...asked.filter((text) => text !== JSON.stringify(chat)), JSON.stringify(chat)];
    },
  };
}
