// A registry in memory of the versions that come with the stack; nobody is told of a change.
import { createLogger } from "../../targets/reference-ai-stack/common/log.ts";
import type { Member } from "../../targets/reference-ai-stack/common/members.ts";
import { firstState, loadedIn } from "../../targets/reference-ai-stack/registry/state.ts";
import { shippedCards } from "../../targets/reference-ai-stack/registry/shipped.ts";
import { createBlocks } from "../../targets/reference-ai-stack/supervisor/blocks.ts";
import { createReduction } from "../../targets/reference-ai-stack/supervisor/reduction.ts";
import { createMakers } from "../../targets/reference-ai-stack/supervisor/makers.ts";
import { createUnderWay } from "../../targets/reference-ai-stack/supervisor/under-way.ts";
import type { Models } from "../../targets/reference-ai-stack/supervisor/models.ts";

/** A stack in which no cache was cleared and no service reduced; nothing listens where its gateway should. */
export function nothingDone() {
  const log = createLogger("reduction-test");
  const parts = { gatewayPort: 9, supervisorToken: "supervisor", replicaPorts: () => [], now: () => 0, log };
  return {
    cacheClears: new Map<string, number>(),
    resyncs: new Map<string, number>(),
    maintained: new Map<string, string>(),
    tended: new Map<string, number>(),
    underWay: createUnderWay(),
    makers: createMakers(),
    reduction: createReduction(parts),
    blocks: createBlocks({ ...parts, trustedHops: [] }),
  };
}

export function shippedModels(): Models {
  let state = firstState(shippedCards(), "extractive-1");
  return {
    state: () => state,
    loaded: () => loadedIn(state),
    trouble: () => null,
    async change(work) {
      const change = work(state);
      if (change.ok) state = change.state;
      return change;
    },
    close: () => Promise.resolve(),
  };
}

/** What `createSpecs` asks at each start of a child. */
export function presentWith(members: readonly Member[]) {
  const models = shippedModels();
  return { members: () => members, registry: () => models.state(), loaded: () => models.loaded(), blocked: () => ({}) };
}
