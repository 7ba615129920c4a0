// Who may supervise a stack: one file and one line each.

import type { Scanner } from "../seen.ts";
import { containers } from "./containers.ts";
import { pm2 } from "./pm2.ts";
import { runit } from "./runit.ts";
import { supervisord } from "./supervisord.ts";
import { swarm } from "./swarm.ts";
import { systemd } from "./systemd.ts";

/** In the order in which they are asked. */
export const scanners: readonly Scanner[] = [supervisord, runit, pm2, containers, swarm, systemd];
