// One more replica of a service: the next free number, a port of the pool, and a share of the traffic once it is well.
import { answered, operation, parseTexts, refused } from "./operation.ts";

/** Services whose replicas hold no state of their own, so that a new one can serve at once. */
export const STATELESS: ReadonlySet<string> = new Set(["inference"]);

export const addReplica = operation({
  name: "add-replica",
  scope: "service",
  parse: parseTexts(["service"]),
  async run({ service }, { fleet, traffic, specs, config }) {
    if (!STATELESS.has(service)) {
      return refused(409, `only ${[...STATELESS].join(", ")} can have more replicas: the others hold state`);
    }
    return fleet.inTurn(`replicas of ${service}`, async () => {
      const count = fleet.children().filter(({ spec }) => spec.service === service).length;
      const most = config.inference.mostReplicas;
      if (count >= most) return refused(409, `${service} has ${count} replicas, and may have ${most}`);
      const replica = nextName(service, new Set(fleet.children().map(({ spec }) => spec.replica)));
      const spec = await specs.another(replica, new Set(fleet.children().map((child) => child.spec.port)));
      const pid = await fleet.add(spec);
      const address = specs.addressOf(replica, spec.port);
      const alternative = specs.alternativeTo(replica, spec.port);
      const member = { service, replica, address, alternative, weight: 1 };
      const change = await fleet.inTurn("gateway", () => traffic.join(member));
      if (change.ok) return answered({ replica, pid, port: spec.port });
      await fleet.remove(replica);
      return refused(change.status, change.reason);
    });
  },
});

/** The first number that no replica has. */
function nextName(service: string, names: ReadonlySet<string>): string {
  let number = 1;
  while (names.has(`${service}-${number}`)) number += 1;
  return `${service}-${number}`;
}
