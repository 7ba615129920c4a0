// Has the gateway reach a service by the other of two ways. From the alternative the supervisor goes back by itself,
// once the primary was whole for long enough.
import { ALTERNATIVE, PRIMARY, type PathName } from "../../common/members.ts";
import { createLogger } from "../../common/log.ts";
import { endWayBack, goBackWhenWhole } from "../way-back.ts";
import { answered, operation, refused, type Parsed, type RawArgs } from "./operation.ts";

const log = createLogger("supervisor");

export const routePath = operation({
  name: "route-path",
  scope: "service",
  parse: parseRoute,
  async run({ service, path }, { fleet, traffic, config, perform }) {
    const before = traffic.pathOf(service);
    const change = await fleet.inTurn("gateway", () => traffic.route(service, path));
    if (!change.ok) return refused(change.status, change.reason);
    if (path === PRIMARY) endWayBack(traffic, service);
    else if (before !== path && perform !== undefined) {
      const back = async (): Promise<string | null> => {
        const { status, body } = await perform("route-path", { service, path: PRIMARY });
        return status === 200 ? null : JSON.stringify(body);
      };
      void goBackWhenWhole({ service, traffic, gatewayPort: config.ports.gateway, back, log });
    }
    return answered({ service, path, before });
  },
});

function parseRoute({ service, path }: RawArgs): Parsed<{ readonly service: string; readonly path: PathName }> {
  if (typeof service !== "string" || service === "")
    return { ok: false, reason: "service is missing, expected a text" };
  if (path === PRIMARY || path === ALTERNATIVE) return { ok: true, args: { service, path } };
  return { ok: false, reason: `path is ${JSON.stringify(path)}, expected ${PRIMARY} or ${ALTERNATIVE}` };
}
