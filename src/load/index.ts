// Every source of load. To add one: its file beside this one, and its line here.

import type { LoadSource } from "../core/load-source.ts";
import { clientLibraries } from "./client/source.ts";
import { journeys } from "./journeys/source.ts";
import { k6Scripts } from "./k6/source.ts";
import { ownRequests } from "./own-requests.ts";

/** In the order in which they are listed; the first is meant where a stream names none. */
export const loadSources: readonly [LoadSource, ...LoadSource[]] = [ownRequests, k6Scripts, journeys, clientLibraries];
