// The shape of target.yaml: the one source of its types, its validation and its JSON Schema (`target.schema.json`).
// targets/README.md says in prose what the keys mean.

import { z } from "zod";
import type { SourceKind } from "../core/load-source.ts";
import type { AnyProbeKind } from "../core/probe-kind.ts";
import { duration, kebab, path, words } from "../language/schema-parts.ts";
import { askedTwice } from "./asked-twice-schema.ts";
import { containerShape, containers, startCompose, engineSwitches } from "./containers-schema.ts";
import { deliveriesShape } from "./deliveries-schema.ts";
import { feed } from "./feed-schema.ts";
import { health } from "./health-schema.ts";
import { modelsShape } from "./models-schema.ts";
import { pathways } from "./pathways-schema.ts";
import { approvals, setting } from "./people-schema.ts";
import { headers, url, variable, variableWords } from "./schema-pieces.ts";
import { trafficSchemaFor } from "./stream-schema.ts";

const edgeVariableWords = "the name of an environment variable, such as GATEWAY_TO_VECTOR_1 or GATEWAY_TO_{REPLICA}";
const probeWords = "a dotted name in lower-case letters, digits and underscores, such as replicas.vector";

const environment = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, variableWords), z.string("a text"))
  .describe("Environment variables; templates are filled in.");

const command = z
  .array(words("A word of the command."))
  .min(1)
  .max(50)
  .describe("The command as a list of words; no shell.");

const service = z.strictObject({
  name: kebab("Name of the service."),
  health,
  replicas: z
    .array(
      z.strictObject({
        id: kebab("Id of the replica, unique in the target."),
        port_env: variable("Variable through which it is told the port that it must listen on.").optional(),
        ...containerShape,
      }),
    )
    .min(1)
    .max(50),
  at_most: z
    .int("a whole number of replicas")
    .min(1)
    .max(1000)
    .optional()
    .describe("Most replicas that there may be while the stack runs; as many as are named here when absent."),
  asked_twice: askedTwice,
});

const edge = z.strictObject({
  from: kebab("Service or replica id that calls."),
  to: kebab(
    "Replica id that is called; with {REPLICA} in address_env, or on docker, also a service with all its replicas.",
  ),
  address_env: z
    .string(edgeVariableWords)
    .regex(/^(?:[A-Za-z_]|\{REPLICA\})(?:[A-Za-z0-9_]|\{REPLICA\})*$/, edgeVariableWords)
    .optional()
    .describe(
      "Variable through which the caller is told where to call, as host:port. {REPLICA} is filled in for each replica " +
        "of a service: GATEWAY_TO_{REPLICA} is GATEWAY_TO_INFERENCE_1. Not on the platform docker, where callers go on " +
        "calling the name that they call.",
    ),
  via: kebab("Name of another way from there to here than the usual one, with an address of its own.").optional(),
});

const probeBase = {
  name: z
    .string(probeWords)
    .regex(/^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/, probeWords)
    .max(80)
    .describe("Dotted name for expressions."),
  service: kebab("Service whose replicas are asked, each directly on its own port."),
  every: duration("Time between two samples."),
  timeout: duration("A look that takes longer saw nothing."),
  data: z.boolean().optional().describe("true: a count of data that must not shrink."),
  only_with: z
    .record(kebab("A setting of the target."), kebab("One of its values."))
    .optional()
    .describe("Settings with whose values it looks, such as { ingestion: with }; absent: always."),
};

/** One of the kinds; each brings keys of its own. */
function probeSchema(kinds: readonly AnyProbeKind[]) {
  const [first, ...rest] = kinds.map((kind) =>
    z.strictObject({ kind: z.literal(kind.kind), ...probeBase, ...kind.shape }),
  );
  if (first === undefined) throw new RangeError("there are no kinds of probes");
  return z.discriminatedUnion("kind", [first, ...rest]);
}

const place = {
  url: url("Where the request goes, with {id} in it if need be.").optional(),
  service: kebab("Instead of url: every replica of this service is asked, each directly on its own port.").optional(),
  path: path("With service: what is asked at each replica.").optional(),
};

const documents = z
  .strictObject({
    every: duration("How often a document is written, from the baseline to the end of observing."),
    timeout: duration("A write or a look that takes longer was not acknowledged, or saw nothing."),
    write: z
      .strictObject({
        ...place,
        method: z.enum(["POST", "PUT"]).describe("HTTP method."),
        headers: headers.optional().describe("Request headers."),
        body: z.json().describe("Sent as JSON; `{id}` and `{text}` in texts are filled in."),
      })
      .describe("How a document is written. 2xx: acknowledged, so that users may count on it."),
    read: z
      .strictObject({ ...place, headers: headers.optional().describe("Request headers.") })
      .describe("How one is found the way users find it. 200: there; 404: gone; else: not seen."),
  })
  .describe("How documents of our own are written and found again, so that loss of data is seen.");

/** What a target.yaml may name. */
export interface TargetTables {
  /** Kinds of probes that there are. */
  readonly probeKinds: readonly AnyProbeKind[];
  /** Platforms that there are; the first is that of targets that name none. */
  readonly platformNames: readonly string[];
  /** Sources of load that there are beside our own requests; absent: none. */
  readonly loadSources?: readonly SourceKind[] | undefined;
}

/** One target.yaml, with probes of these kinds, on one of these platforms. */
export function targetSchemaFor({ probeKinds, platformNames, loadSources = [] }: TargetTables) {
  const { name, summary, ...rest } = rootShape;
  const shape = { name, summary, platform: platformOf(platformNames), ...rest };
  const named = { traffic: trafficSchemaFor(loadSources), probes: probesOf(probeKinds) };
  return z.strictObject({ ...shape, ...named }).describe(rootWords);
}

const platformOf = (names: readonly string[]) =>
  z
    .enum(names, `a platform that there is: ${names.join(", ")}`)
    .optional()
    .describe(`What the stack runs on, a name of \`rebound list platforms\`; ${names[0] ?? "none"} when absent.`);

const rootWords = "A target: a stack that Rebound may break, and all it knows of it.";

const rootShape = {
  name: kebab("Equals the folder, or what stands before `.target.yaml`."),
  summary: words("One sentence."),
  chaos: z
    .enum(["allowed", "forbidden"])
    .optional()
    .describe("Unless this is `allowed`, Rebound refuses to touch the target."),
  limits: z
    .strictObject({
      max_share: z
        .number("a share such as 0.5")
        .gt(0)
        .max(1)
        .optional()
        .describe(
          "Most of a service's replicas that may be hit at once, over all disturbances; 0.5 when absent. All only where an intent asks for it twice.",
        ),
      max_duration: duration("Longest time that a fault may be in place; 5m when absent.").optional(),
      max_dose: z
        .number("a share such as 0.75")
        .gt(0)
        .max(1)
        .optional()
        .describe("Greatest dose of a fault whose parameter is a share; 0.75 when absent."),
    })
    .optional()
    .describe("The blast radius that this target stands."),
  addresses: z
    .array(words("A host name, an IP address, or a block such as 10.1.0.0/16."))
    .max(50)
    .optional()
    .describe("Hosts other than loopback that URLs in this file may name. Absent: none."),
  prepare: z
    .strictObject({ command, env: environment.optional(), timeout: duration("It is ended after this.") })
    .optional()
    .describe("Run once before the first trial; idempotent; fills caches below {cacheDir}."),
  start: z.strictObject({
    command: command.optional(),
    env: environment.optional(),
    compose: startCompose.optional(),
    ready: url("Answers 200 when the whole stack is ready."),
    timeout: duration("Not ready after this is a failure to start."),
    stop_timeout: duration("After SIGTERM it is gone within this, its children too."),
  }),
  containers: containers.optional(),
  services: z.array(service).min(1).max(100),
  edges: z.array(edge).max(500).describe("Network edges between services; each leads through a fault proxy in trials."),
  inventory: url(
    "The published inventory. Absent on processes: the target can be checked, and not be started.",
  ).optional(),
  control: z
    .strictObject({
      token_env: variable("Variable through which the stack is told the operator's bearer token."),
      start_replica: url("POST starts a replica; {replica} is filled in."),
      reload_replica: url(
        "POST has a replica load its files anew, or answers 422 and the replica keeps what it has; {replica} is filled in.",
      ).optional(),
      maintain_replica: url(
        "POST restarts a replica on purpose, without a failed request, and the healer is told; {replica} is filled in.",
      ).optional(),
      work_on_replica: url(
        "POST has work done to a replica, and answers 2xx once it is done; {replica} and the work's name, {work}, are filled in.",
      ).optional(),
      works: z
        .array(kebab("Work that may be asked for."))
        .min(1)
        .max(50)
        .optional()
        .describe("Works that a fault may ask for by work_on_replica: they change nothing but what they make anew."),
    })
    .optional(),
  models: modelsShape.optional(),
  deliveries: deliveriesShape.optional(),
  traffic: z.unknown(),
  probes: z.unknown(),
  feed: feed.optional(),
  audit: url("The healer's audit: hash-chained records, as JSON Lines or as a JSON list.").optional(),
  traces: url("Where one trace of the stack's own is read; {trace} is its id in hex, which is filled in.").optional(),
  documents: documents.optional(),
  classes: z.array(kebab("A class.")).max(200).describe("Fault classes that the healer may say."),
  pathways,
  approvals: approvals.optional(),
  settings: z
    .record(kebab("Name of the setting."), setting)
    .optional()
    .describe("Choices of how the stack starts; an intent picks values under `settings`."),
  ablation_env: variable("Variable that takes a comma-separated list of pathways whose action is a no-op.").optional(),
  ablate: z
    .record(
      kebab("A pathway of this target."),
      z.strictObject({
        env: environment.optional().describe("Variables of the start that have these values instead."),
        command: command.optional().describe("The command by which the stack is started instead."),
        ...engineSwitches,
      }),
    )
    .optional()
    .describe("How the action of a pathway is switched off in a healer that knows nothing of Rebound."),
  learning_env: variable(
    "Variable that takes a folder: what the healer learns of its incidents lies there and nowhere else.",
  ).optional(),
  unhealed_env: variable(
    "Variable that is 1 when the stack shall start without its healer; it must be ready without it.",
  ).optional(),
};

const probesOf = (kinds: readonly AnyProbeKind[]) =>
  z.array(probeSchema(kinds)).max(100).describe("What our own probes look at.");

/** A target file as written. */
export type TargetFile = z.infer<ReturnType<typeof targetSchemaFor>>;
