// A batch that is called back, or put in quarantine, while it is being published: nothing of it is left.
import { describe, expect, it } from "vitest";
import type { Ingestion } from "../../../../../targets/reference-ai-stack/ingestion/nouns.ts";
import { openStand, record } from "./stand.ts";

describe("a batch that nobody wants any more while it is being published", () => {
  it.each([
    ["called back", (ingestion: Ingestion) => ingestion.withdraw("notes", "1.jsonl"), "rolled-back"],
    ["in quarantine", (ingestion: Ingestion) => void ingestion.quarantine("notes"), "rolled-back"],
  ])("is %s, and what was written of it by then is taken back", async (_how, callOff, state) => {
    const stand = await openStand();
    let writes = 0;
    const ingestion = stand.again((doors) => ({
      ...doors,
      write: async (document, write, line) => {
        await doors.write(document, write, line);
        writes += 1;
        // After the last of its documents, and before it is published.
        if (writes === 3) callOff(ingestion);
      },
    }));
    stand.deliver("notes", "1.jsonl", record("a", "one"), record("b", "two"), record("c", "three"));
    await stand.settle();
    for (const id of ["a", "b", "c"]) expect(await stand.texts(id)).toEqual([undefined, undefined]);
    expect(ingestion.find("notes", "1.jsonl")?.state).toBe(state);
    expect(ingestion.view().published).toBe(0);
  });
});
