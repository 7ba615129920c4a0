// What a target.yaml leaves out, what that costs in certainty, and what to add: for `rebound doctor TARGET`.

import { tellsAlarmsOnly } from "../core/feed-source.ts";
import type { Gap } from "../core/platform.ts";
import { counted, listed } from "../core/text.ts";
import { requestsOf } from "../core/session.ts";
import type { Target } from "../core/target.ts";
import { edgesBy, switchBy, withoutHealerBy } from "./advice.ts";

/** Looks for one gap. A target that is read in part may lack what the contract asks for. */
type Look = (target: Declared) => Gap | undefined;
type Declared = Pick<Target, "name" | "services" | "streams" | "probes" | "pathways" | "edges" | "chaosAllowed"> &
  Partial<Target>;

/** In the order of what they cost: what is first keeps everything else from being known. */
const looks: readonly Look[] = [
  ({ chaosAllowed }) =>
    chaosAllowed
      ? undefined
      : {
          missing: "chaos: allowed",
          costs: "nothing is started, and nothing is broken",
          add: "`chaos: allowed`, once its owner agrees",
        },
  ({ inventoryUrl, containers }) =>
    inventoryUrl === undefined && containers === undefined
      ? {
          missing: "inventory",
          costs: "no run: neither whom to break nor what was started again could be known",
          add: "`inventory`, a page that lists who runs where (targets/README.md, section 3)",
        }
      : undefined,
  whoSays,
  ({ streams }) => {
    const unread = streams.filter((stream) => !("method" in stream) || stream.rightWhenContains === undefined);
    return unread.length === 0
      ? undefined
      : {
          missing: `right_when_contains of ${listed(unread.map(({ name }) => name))}`,
          costs: "wrong answers are unseen: one that is whole counts as good, whatever it says",
          add: "`right_when_contains`, the last word of the truth, best from a `dataset`",
        };
  },
  ({ pathways }) =>
    pathways.length === 0
      ? {
          missing: "pathways",
          costs: "a recovery has no name: that it came back is seen, not by which repair",
          add: "`pathways`, such as { name: restart-replica, summary: … }",
        }
      : undefined,
  unrecognised,
  unswitched,
  ({ unhealedEnv, containers }) =>
    unhealedEnv === undefined
      ? {
          missing: "unhealed_env",
          costs: "what the healer gains over a stack without one cannot be measured",
          add: withoutHealerBy(containers),
        }
      : undefined,
  connectionsOnly,
  unprobed,
  stateless,
  ({ edges, containers }) =>
    edges.length === 0
      ? {
          missing: "edges",
          costs: "no fault of networks or answers: slow, cut, torn and wrong answers between services cannot be tried",
          add: edgesBy(containers),
        }
      : undefined,
  unreached,
  // Engines start again what nobody heals.
  ({ control, containers }) =>
    control === undefined && containers === undefined
      ? {
          missing: "control",
          costs:
            "what nobody heals stays dead until the stack is ended: our way back after a kill cannot start it, and says so",
          add: "`control` with `start_replica`",
        }
      : undefined,
  lonely,
  ({ documents }) =>
    documents === undefined
      ? {
          missing: "documents",
          costs: "loss of data is seen through counts alone, if there are any; how far back it reaches (RPO) is not",
          add: "`documents`, how a small document is written and found again",
        }
      : undefined,
  ({ auditUrl, feedUrl }) =>
    auditUrl === undefined && feedUrl !== undefined
      ? {
          missing: "audit",
          costs: "what the healer says on its feed is held against nothing that was written down before it acted",
          add: "`audit`, its hash-chained records",
        }
      : undefined,
];

/** Everything that the target does not tell, what costs most first. */
export function gapsOf(target: Declared): readonly Gap[] {
  return looks.flatMap((look) => look(target) ?? []);
}

/** Where nobody tells of repairs, they are known by what they look like. */
function unrecognised({ feedUrl, feedSource, pathways }: Declared): Gap | undefined {
  const tells = feedUrl !== undefined || (feedSource !== undefined && !tellsAlarmsOnly({ feedSource }));
  const left = pathways.filter(({ seenAs }) => seenAs === undefined).map(({ name }) => name);
  if (tells || left.length === 0) return undefined;
  return {
    missing: `seen_as of ${listed(left)}`,
    costs: "a repair by it is never known: nobody tells of it, and nothing that is seen from outside stands for it",
    add: "`seen_as`, what it looks like in the inventory: restart, replace, rollback, …; no two alike",
  };
}

/** A healer with no pathways declared has no switch for them either. */
function unswitched({ ablationEnv, ablations, pathways, containers }: Declared): Gap | undefined {
  if (ablationEnv !== undefined) return undefined;
  const left = pathways.filter(({ name }) => ablations?.[name] === undefined).map(({ name }) => name);
  if (ablations !== undefined && left.length === 0) return undefined;
  return {
    missing:
      ablations === undefined
        ? containers?.stack === undefined
          ? "ablation_env"
          : "ablate"
        : `ablate of ${listed(left)}`,
    costs:
      "attribution rests on what was seen to change and when: that it would not have come back without that repair " +
      "is never shown, so no pathway can be ATTRIBUTED by the arm ablation",
    add: switchBy(containers),
  };
}

/** What a source in words of its own leaves open is not what no source leaves open. */
function whoSays({ feedUrl, feedSource }: Declared): Gap | undefined {
  if (feedUrl !== undefined) return undefined;
  if (feedSource === undefined) {
    return {
      missing: "feed",
      costs:
        "MTTD is not observed: the first action seen from outside is its upper bound. What the healer held it for, " +
        "and when it called the incident closed, cannot be judged; MTTR stands",
      add: "`feed`, CloudEvents of what the healer sees and does, or an Alertmanager, a log or a webhook that tells of it",
    };
  }
  if (!tellsAlarmsOnly({ feedSource })) return undefined;
  return {
    missing: `actions on the feed: ${feedSource.kind} tells of alarms alone`,
    costs:
      "MTTD stands, but what was done is told by what is seen from outside: two repairs that look alike cannot be told apart",
    add: "`seen_as` of each pathway, or a log or webhook that says `action.finished`",
  };
}

function connectionsOnly({ services }: Declared): Gap | undefined {
  const names = services.filter(({ health }) => health?.tcp === true).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return {
    missing: `a health path of ${listed(names)} (\`health: tcp\`)`,
    costs:
      "a process that hangs still takes connections, so a hang is not seen there; and faults on edges to it are refused, " +
      "since their effect is proved by an HTTP request",
    add: "`health` with a path, if anything there answers HTTP; else a probe that reads what depends on it",
  };
}

/** Services that a user's request can reach: those whose ports its URL names, and whom they call. */
function serving({ services, streams, edges }: Declared): ReadonlySet<string> {
  const urls = streams.flatMap((stream) => ("url" in stream ? requestsOf(stream).map(({ url }) => url) : []));
  const reached = new Set(
    services
      .filter(({ replicas }) => replicas.some(({ id }) => urls.some((url) => url.includes(`{port:${id}}`))))
      .map(({ name }) => name),
  );
  const serviceOf = (name: string): string =>
    services.find(({ replicas }) => replicas.some(({ id }) => id === name))?.name ?? name;
  // A set that grows while it is walked is walked to its new end.
  for (const name of reached) {
    for (const { from, to } of edges) if (serviceOf(from) === name) reached.add(serviceOf(to));
  }
  return reached;
}

function unprobed(target: Declared): Gap | undefined {
  const { services, probes } = target;
  const names = services.map(({ name }) => name).filter((name) => !probes.some(({ service }) => service === name));
  if (names.length === 0) return undefined;
  const served = serving(target);
  const unserving = names.filter((name) => !served.has(name));
  const each = names.length === 1 ? "it" : "each";
  const costs =
    unserving.length === names.length
      ? `nothing is seen there: no request of users is known to reach ${each}, and all of it may be gone`
      : `nothing is seen there but through users: half of ${each} may be gone`;
  return {
    missing: `probes of ${listed(names)}`,
    costs:
      unserving.length > 0 && unserving.length < names.length
        ? `${costs}, and all of ${listed(unserving)}, which no request of users is known to reach`
        : costs,
    add: "`probes`, at least one of kind healthy-replicas for each service",
  };
}

function stateless({ probes }: Declared): Gap | undefined {
  if (probes.some(({ kind }) => kind !== "healthy-replicas")) return undefined;
  return {
    missing: "a probe of what is inside",
    costs: "only health is looked at, which a replica that lost its data or answers wrong may well pass",
    add: "a probe of kind http-json or preset: a count (`data: true`), a queue, a share of failures",
  };
}

function unreached({ services, edges }: Declared): Gap | undefined {
  if (edges.length === 0) return undefined;
  const called = new Set(edges.map(({ to }) => to));
  const callers = new Set(edges.map(({ from }) => from));
  const left = services.filter(
    ({ name, replicas }) => !callers.has(name) && !replicas.some(({ id }) => called.has(id) || callers.has(id)),
  );
  if (left.length === 0) return undefined;
  return {
    missing: `edges from or to ${listed(left.map(({ name }) => name))}`,
    costs: `${left.length === 1 ? "its" : "their"} calls cannot be slowed or cut, and do not show in whose fault it was`,
    add: "`edges` for those calls that serve users",
  };
}

function lonely({ services }: Declared): Gap | undefined {
  const names = services.filter(({ replicas }) => replicas.length === 1).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return {
    missing: `a second replica of ${listed(names)}`,
    costs:
      "each fault there takes all of it: an intent must ask for that twice (`count: all` and `limits`), users are out " +
      "meanwhile, and that siblings carry on cannot be tried",
    add: "nothing, if that is how it runs",
  };
}

/** Keys that it names and that are not there; `unfit`: each with why. */
export function keyGap(unfit: readonly string[]): Gap | undefined {
  if (unfit.length === 0) return undefined;
  return {
    missing: `${counted(unfit.length, "key")} in the environment of rebound: ${unfit.join(", ")}`,
    costs: "no run: nothing is started without them",
    add: "`export NAME=…` where rebound runs; the file holds the name, and no log the value",
  };
}

/** As lines for people. `first`: what was found beside the file, and costs most. */
export function gapLines(target: Declared, first: readonly Gap[] = []): readonly string[] {
  const gaps = [...first, ...gapsOf(target)];
  if (gaps.length === 0) return [`${target.name}: nothing is missing that Rebound knows of.`];
  return [
    `${target.name}: ${counted(gaps.length, "gap")}, what costs most first.`,
    ...gaps.flatMap(({ missing, costs, add }) => [`missing  ${missing}`, `  costs  ${costs}.`, `  add    ${add}.`]),
  ];
}
