// The linter of targets: the text of target.yaml in, a target out, or every problem at once with its place.

import { basename, join } from "node:path";
import type { Limits, Target, TargetCommand, TargetStream, TrafficSpec } from "../core/target.ts";
import { parseDuration } from "../core/duration.ts";
import type { CodedProblem } from "../core/errors.ts";
import { HarnessError } from "../core/errors.ts";
import type { AnyProbeKind, ProbeSpec } from "../core/probe-kind.ts";
import type { Ms } from "../core/units.ts";
import { inOrder } from "../language/problems-in-order.ts";
import { schemaProblems } from "../language/schema-problems.ts";
import { edgesIn } from "./target-edges.ts";
import { sessionOf } from "./session-of.ts";
import { checkSources, knowsSendTimes } from "./stream-rules.ts";
import { isOwn, streamsIn } from "./stream-schema.ts";
import type { WrittenStream } from "./stream-schema.ts";
import type { ComposeSpec } from "../core/containers.ts";
import type { StackSpec } from "../core/stack-spec.ts";
import { readCompose } from "./compose-file.ts";
import { documentsOf } from "./documents-of.ts";
import { readStack } from "./stack-file.ts";
import { checkPlaces, replicaOf, sourceOf } from "./container-rules.ts";
import { deliveriesOf } from "./deliveries-rules.ts";
import { feedSourceOf, feedUrlIn, sourceIn } from "./feed-rules.ts";
import { ablationsOf } from "./ablate-rules.ts";
import { modelsOf } from "./models-rules.ts";
import { approvalsOf, settingsOf } from "./people-of-target.ts";
import { checkTarget } from "./target-rules.ts";
import { targetNameOf } from "../core/target-files.ts";
import type { TargetDraft } from "./target-names.ts";
import { targetSchemaFor } from "./target-schema.ts";
import type { TargetFile, TargetTables } from "./target-schema.ts";
import { readYaml } from "../language/yaml-source.ts";
import type { YamlSource } from "../language/yaml-source.ts";

/** The world a target is checked against. */
export interface TargetContext extends TargetTables {
  /** Folder of target.yaml, absolute. */
  readonly dir: string;
  /** Is there a file at this absolute path? */
  exists(path: string): boolean;
  /** The whole text of the file at this absolute path; throws when it cannot be read. */
  read(path: string): string;
}

/** A target when there is no problem; else the problems, sorted by place. */
export interface TargetLint {
  readonly target?: Target;
  readonly problems: readonly CodedProblem[];
}

/** Checks one target.yaml. `file` is its path as it shall be shown. */
export function lintTargetText(text: string, file: string, context: TargetContext): TargetLint {
  const source = readYaml(text, file);
  if (source.value === undefined) return { problems: inOrder(source.problems) };
  const schema = targetSchemaFor(context);
  const parsed = schema.safeParse(source.value, { reportInput: true });
  const problems = [...source.problems];
  if (!parsed.success) {
    problems.push(...schemaProblems(schema, parsed.error.issues, source));
    return { problems: inOrder(problems) };
  }
  // Of two keys of one name only one was read: what refers to the other would be called unknown.
  if (problems.length > 0) return { problems: inOrder(problems) };
  const draft: TargetDraft = {
    file: parsed.data,
    wantedName: targetNameOf(basename(file), basename(context.dir)),
    exists: (path) => context.exists(join(context.dir, path)),
    read: (path) => context.read(join(context.dir, path)),
    report: (path, problem) => problems.push({ place: source.placeOf(path), ...problem }),
    reportInside: (path, column, problem) => problems.push({ place: source.placeInside(path, column), ...problem }),
  };
  checkTarget(draft);
  const compose = readCompose(parsed.data, file, context);
  if (compose !== undefined) problems.push(...compose.problems);
  if (compose?.spec !== undefined && parsed.data.containers !== undefined) checkPlaces(draft, compose.spec.services);
  const deploy = readStack(parsed.data, file, context);
  if (deploy !== undefined) problems.push(...deploy.problems);
  if (deploy?.spec !== undefined) {
    checkPlaces(
      draft,
      deploy.spec.services.map(({ name, replicas: scale }) => ({ name, scale })),
    );
  }
  for (const [index, probe] of parsed.data.probes.entries()) {
    const services = parsed.data.services.map(({ name }) => name);
    const kind = context.probeKinds.find((candidate) => candidate.kind === probe.kind);
    for (const { key, ...problem } of kind?.check?.(probe, services) ?? []) {
      problems.push({ place: source.placeOf(["probes", index, key]), code: "RB1020", ...problem });
    }
  }
  checkSources(draft, context.loadSources);
  if (problems.length > 0) return { problems: inOrder(problems) };
  return {
    target: toTarget(parsed.data, { file, source, context, compose: compose?.spec, deploy: deploy?.spec }),
    problems: [],
  };
}

interface Origin {
  readonly file: string;
  /** Bodies are taken from here, with their numbers as they were written. */
  readonly source: YamlSource;
  readonly context: TargetContext;
  readonly compose: ComposeSpec | undefined;
  readonly deploy: StackSpec | undefined;
}

function toTarget(written: TargetFile, origin: Origin): Target {
  const { file, source } = origin;
  const { dir, probeKinds, platformNames } = origin.context;
  const { prepare, start, control } = written;
  return {
    name: written.name,
    dir,
    file,
    summary: written.summary.trim(),
    platform: written.platform ?? platformNames[0] ?? "",
    chaosAllowed: written.chaos === "allowed",
    ...(written.limits === undefined ? {} : { limits: limitsOf(written.limits) }),
    ...(written.addresses === undefined ? {} : { addresses: written.addresses }),
    ...(prepare ? { prepare: commandOf(prepare) } : {}),
    start: startOf(start, origin.compose),
    services: written.services.map(({ name, health, replicas, at_most: most, asked_twice: askedTwice }) => ({
      name,
      ...healthIn(health),
      ...(most !== undefined && { most }),
      ...(askedTwice !== undefined && { askedTwice }),
      replicas: replicas.map((replica) => replicaOf(replica)),
    })),
    edges: edgesIn(written).map(({ path: _path, ...edge }) => edge),
    ...sourceOf(written, origin),
    ...(control ? { control: controlOf(control) } : {}),
    streams: streamsOf(written, origin),
    probes: [...written.probes.map((probe) => probeOf(probe, probeKinds)), ...probesOfStreams(written, origin)],
    ...feedIn(written),
    ...(written.audit === undefined ? {} : { auditUrl: written.audit }),
    ...(written.traces === undefined ? {} : { tracesUrl: written.traces }),
    ...(written.documents === undefined ? {} : { documents: documentsOf(written.documents, source) }),
    classes: written.classes,
    pathways: written.pathways.map(({ name, summary, tier, weight, seen_as: seenAs }) => ({
      name,
      summary,
      ...(tier && { tier }),
      ...(weight !== undefined && { weight }),
      ...(seenAs && { seenAs }),
    })),
    ...(written.models === undefined ? {} : { models: modelsOf(written.models, source) }),
    ...(written.deliveries === undefined ? {} : { deliveries: deliveriesOf(written.deliveries, source, dir) }),
    ...(written.approvals === undefined ? {} : { approvals: approvalsOf(written.approvals, source) }),
    ...(written.settings === undefined ? {} : { settings: settingsOf(written.settings) }),
    ...(written.ablation_env === undefined ? {} : { ablationEnv: written.ablation_env }),
    ...(written.ablate === undefined ? {} : { ablations: ablationsOf(written.ablate) }),
    ...(written.learning_env === undefined ? {} : { learningEnv: written.learning_env }),
    ...(written.unhealed_env === undefined ? {} : { unhealedEnv: written.unhealed_env }),
  };
}

function startOf(start: TargetFile["start"], compose: ComposeSpec | undefined): Target["start"] {
  return {
    ...commandOf({ ...start, command: start.command ?? [] }),
    readyUrl: start.ready,
    stopTimeoutMs: ms(start.stop_timeout),
    ...(start.compose !== undefined && compose && { compose }),
  };
}

function feedIn({ feed }: TargetFile): Pick<Target, "feedUrl" | "feedSource"> {
  const [feedUrl, source] = [feedUrlIn(feed), sourceIn(feed)];
  return { ...(feedUrl !== undefined && { feedUrl }), ...(source && { feedSource: feedSourceOf(source) }) };
}

type WrittenHealth = TargetFile["services"][number]["health"];

function healthIn(health: WrittenHealth): Pick<Target["services"][number], "healthPath" | "health"> {
  if (health === "tcp") return { healthPath: "/", health: { tcp: true } };
  if (typeof health === "string") return { healthPath: health };
  const { path: healthPath, ...how } = health;
  return { healthPath, health: how };
}

function controlOf(control: NonNullable<TargetFile["control"]>): NonNullable<Target["control"]> {
  const { token_env: tokenEnv, start_replica: startReplicaUrl } = control;
  const { reload_replica: reloadReplicaUrl, maintain_replica: maintainReplicaUrl } = control;
  const { work_on_replica: workOnReplicaUrl, works } = control;
  return {
    tokenEnv,
    startReplicaUrl,
    ...(reloadReplicaUrl !== undefined && { reloadReplicaUrl }),
    ...(maintainReplicaUrl !== undefined && { maintainReplicaUrl }),
    ...(workOnReplicaUrl !== undefined && { workOnReplicaUrl }),
    ...(works !== undefined && { works }),
  };
}

function streamsOf({ traffic }: TargetFile, origin: Origin): Target["streams"] {
  const [first, ...rest] = streamsIn(traffic).map((written) => streamOf(written, origin));
  if (first === undefined) throw new HarnessError("bug", "toTarget() needs a file that was checked");
  return [first, ...rest];
}

function streamOf(
  { path, stream }: WrittenStream,
  { source, context: { dir, loadSources = [] } }: Origin,
): TargetStream {
  if (!isOwn(stream)) {
    const { name, source: kind, ...params } = stream;
    const known = loadSources.find((each) => each.name === kind);
    const isClosed = !knowsSendTimes(known, params);
    const probes = known?.probes?.(name, params) ?? [];
    return {
      name,
      source: kind,
      params: known?.params?.(params, dir) ?? params,
      ...(isClosed && { closedLoop: true }),
      ...(probes.length > 0 && { probes }),
    };
  }
  const shared: TrafficSpec = {
    name: stream.name,
    method: stream.method,
    url: stream.url,
    headers: stream.headers ?? {},
    body: stream.body === undefined ? null : source.written([...path, "body"]),
    stream: stream.stream,
    ...(stream.done === undefined ? {} : { done: stream.done }),
    ...(stream.answer === undefined ? {} : { answer: stream.answer }),
    ...(stream.dataset === undefined ? {} : { dataset: join(dir, stream.dataset) }),
    ...(stream.right_when_contains === undefined ? {} : { rightWhenContains: stream.right_when_contains }),
    ...(stream.canary === undefined ? {} : { canary: stream.canary }),
  };
  if (stream.session === undefined) return shared;
  return { ...shared, session: sessionOf(stream.session, { path: [...path, "session"], source, shared }) };
}

function limitsOf(limits: NonNullable<TargetFile["limits"]>): Partial<Limits> {
  return {
    ...(limits.max_share === undefined ? {} : { maxShare: limits.max_share }),
    ...(limits.max_duration === undefined ? {} : { maxDurationMs: ms(limits.max_duration) }),
    ...(limits.max_dose === undefined ? {} : { maxDose: limits.max_dose }),
  };
}

function ms(text: string): Ms {
  const value = parseDuration(text);
  if (value === undefined) throw new HarnessError("bug", "toTarget() needs a file that was checked");
  return value;
}

function commandOf(run: {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly timeout: string;
}): TargetCommand {
  return { command: run.command, env: run.env ?? {}, timeoutMs: ms(run.timeout) };
}

/** Probes that sources give the readings of; how often is said by the intent that sends the stream. */
function probesOfStreams(written: TargetFile, origin: Origin): readonly ProbeSpec[] {
  return streamsOf(written, origin).flatMap((stream) => {
    if (!("source" in stream)) return [];
    const { name: ofStream, source: kind, probes = [] } = stream;
    return probes.map((name) => ({ kind, name, service: "", everyMs: 0, timeoutMs: 0, data: false, ofStream }));
  });
}

function probeOf(probe: TargetFile["probes"][number], kinds: readonly AnyProbeKind[]): ProbeSpec {
  const { kind, name, service, every, timeout, data = false, only_with: onlyWith, ...rest } = probe;
  const params = kinds.find((candidate) => candidate.kind === kind)?.params(rest);
  const base = { kind, name, service, everyMs: ms(every), timeoutMs: ms(timeout), data };
  return { ...base, ...(onlyWith && { onlyWith }), ...params };
}
