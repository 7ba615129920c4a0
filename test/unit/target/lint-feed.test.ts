import { expect, test } from "vitest";
import { keysOf, withKeys } from "../../../src/core/keys.ts";
import { formatProblem } from "../../../src/core/errors.ts";
import { tellsAlarmsOnly } from "../../../src/core/feed-source.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { changed, file, here, problems } from "./lint-cases.ts";

const feed = "feed: http://127.0.0.1:{port:front}/events";
const fedBy = (text: string): string => changed(feed, `feed: ${text}`);
const read = (text: string) => {
  const { target, problems: found } = lintTargetText(text, file, here);
  if (target === undefined) throw new Error(JSON.stringify(found));
  return target;
};

const alerts = "{ kind: alertmanager, url: http://127.0.0.1:9093, labels: { replica: instance } }";

test("a feed of none, or no feed, is a stack that says nothing", () => {
  for (const text of [fedBy("none"), changed(`${feed}\n`, "")]) {
    expect(read(text)).not.toHaveProperty("feedUrl");
    expect(read(text)).not.toHaveProperty("feedSource");
  }
  expect(read(changed("", "")).feedUrl).toContain("/events");
});

test("a source in words of its own comes with its defaults, and its keys are filled in where it is asked", () => {
  expect(read(fedBy(alerts)).feedSource).toEqual({
    kind: "alertmanager",
    url: "http://127.0.0.1:9093",
    headers: {},
    everyMs: 1000,
    match: {},
    labels: { replica: "instance" },
    alerts: {},
    resolutionMs: 0,
    names: {},
  });
  const keyed = read(
    fedBy(
      `{ kind: webhook, port: 9931, token: "{env:HOOK}", fields: { type: /s, replica: /r }, types: { up: closed } }`,
    ),
  );
  expect(keysOf(keyed)).toEqual(["HOOK"]);
  expect(withKeys(keyed, () => "secret-value").feedSource).toMatchObject({ token: "secret-value" });
  expect(tellsAlarmsOnly(keyed)).toBe(true);
  const log = read(fedBy(`{ kind: log, lines: [{ matches: "spawned (?<replica>.+)", type: action.finished }] }`));
  expect(log.feedSource).toMatchObject({ file: "{workDir}/stack.log", lines: [{ outcome: "done" }] });
  const how = read(
    fedBy(`{ kind: log, lines: [{ matches: "(?<replica>.+) (?<outcome>.+)", type: action.finished }] }`),
  );
  expect(how.feedSource).toMatchObject({ lines: [expect.not.objectContaining({ outcome: "done" })] });
  expect(tellsAlarmsOnly(log)).toBe(false);
});

test.each<[string, string, string[]]>([
  ["a word that is none", "nobody", ["nobody"]],
  ["an unknown kind", "{ kind: pager }", ['"pager"']],
  ["another machine", alerts.replace("127.0.0.1", "10.0.0.1"), ["http://10.0.0.1:9093"]],
  [
    "finished actions of no outcome",
    `{ kind: webhook, port: 9931, token: "{env:HOOK}", fields: { type: /s, replica: /r }, types: { up: action.finished } }`,
    ["action.finished without an outcome"],
  ],
  ["alerts of nowhere", "{ kind: prometheus, url: http://127.0.0.1:9090 }", ["alerts that say nothing of where"]],
  [
    "an alert of an unknown replica",
    alerts.replace("labels", "alerts: { Down: { replica: back-9 } }, labels"),
    ['unknown replica "back-9"'],
  ],
  [
    "a class that is none",
    alerts.replace("labels", "alerts: { Down: { class: gone } }, labels"),
    ['unknown class "gone"'],
  ],
  ["an endless wait", alerts.replace("labels", "every: 2m, labels"), ["2m"]],
  ["a name for nobody", alerts.replace("labels", "names: { x: back-7 }, labels"), ['unknown replica "back-7"']],
  [
    "an expression that is none",
    `{ kind: log, lines: [{ matches: "(", type: detected }] }`,
    ["Invalid regular expression"],
  ],
  [
    "a group that means nothing",
    `{ kind: log, lines: [{ matches: "(?<host>x)", type: detected }] }`,
    ['the group "host"'],
  ],
  [
    "calls from nowhere",
    `{ kind: webhook, port: 9931, token: "{env:HOOK}", fields: { type: /s }, types: { up: closed } }`,
    ["calls that say nothing of where"],
  ],
  [
    "a token in the file",
    `{ kind: webhook, port: 9931, token: hunter22, fields: { type: /s, replica: /r }, types: { up: closed } }`,
    ["a text of its own"],
  ],
])("a feed of %s is refused", (_what, text, found) => {
  const all = problems(fedBy(text));
  expect(all).toHaveLength(found.length);
  for (const [index, words] of found.entries()) expect(all[index]).toContain(words);
  expect(JSON.stringify(lintTargetText(fedBy(text), file, here).problems)).not.toContain("hunter22");
});

test("two pathways that look alike are refused, and a look that there is not", () => {
  const pathway = "  - { name: restart-replica, summary: Restarts it. }\n";
  const seen = (as: string): string =>
    changed(pathway, `  - { name: restart-replica, summary: Restarts it., seen_as: ${as} }\n`);
  expect(read(seen("restart")).pathways).toMatchObject([{ seenAs: "restart" }]);
  expect(problems(seen("reboot"))).toEqual([expect.stringContaining("reboot")]);
  const twice = seen("restart").replace(/( {2}- \{ name: )restart-replica(.*\n)/, "$1restart-replica$2$1again$2");
  expect(problems(twice)).toEqual([expect.stringContaining('"restart" again')]);
});

test("a switch names a pathway, and differs from the start as it is", () => {
  const ablate = (text: string): string => changed("ablation_env: NOOP\n", `ablate: ${text}\n`);
  expect(read(ablate(`{ restart-replica: { env: { RESTARTS: "no" } } }`)).ablations).toEqual({
    "restart-replica": { env: { RESTARTS: "no" } },
  });
  expect(problems(ablate("{ restart: { command: [node, other.js] } }"))).toEqual([
    expect.stringContaining('unknown pathway "restart"'),
  ]);
  expect(problems(ablate("{ restart-replica: { command: [node, stack.js] } }"))).toEqual([
    expect.stringContaining("nothing that switches restart-replica off"),
  ]);
});

const inContainers = (feedText: string, more = ""): string => `name: shop
summary: A shop in containers.
platform: docker
chaos: allowed
containers: { compose: compose.yaml }
start: { ready: "http://127.0.0.1:{port:web}/", timeout: 15s, stop_timeout: 3s }
services: [{ name: web, health: /, replicas: [{ id: web, port: 8080, container: web-1 }] }]
edges: []
traffic: { name: hello, method: GET, url: "http://127.0.0.1:{port:web}/", stream: whole }
probes: []
feed: ${feedText}
classes: [ended]
pathways: [{ name: restart-replica, summary: The engine starts it again. }]
${more}`;
const composed = { ...here, read: () => "services: { web: { image: shop:1, restart: always } }" };
const readContainers = (text: string) => {
  const { target, problems: found } = lintTargetText(text, file, composed);
  if (target === undefined) throw new Error(JSON.stringify(found));
  return target;
};
const died = "{ event: die, type: detected, class: ended }";
const began = "{ event: start, type: action.finished, pathway: restart-replica }";

test("events of containers come with their defaults, and tell of actions where one is among them", () => {
  const alarms = readContainers(inContainers(`{ kind: events, told: [${died}] }`));
  expect(alarms.feedSource).toEqual({
    kind: "events",
    told: [{ event: "die", type: "detected", class: "ended" }],
    resolutionMs: 100,
    names: {},
  });
  expect(tellsAlarmsOnly(alarms)).toBe(true);
  const both = readContainers(inContainers(`{ kind: events, told: [${died}, ${began}], resolution: 2s }`));
  expect(both.feedSource).toMatchObject({ told: [{}, { outcome: "done" }], resolutionMs: 2000 });
  expect(tellsAlarmsOnly(both)).toBe(false);
});

const restarts = 'ablate: { restart-replica: { restart_policy: "no" } }';

test("a restart policy is switched off on docker, and nowhere else", () => {
  const text = inContainers("none", restarts);
  expect(readContainers(text).ablations).toEqual({ "restart-replica": { restartPolicy: "no" } });
  expect(problems(changed("ablation_env: NOOP\n", `${restarts}\n`))).toEqual([
    expect.stringContaining("a switch that is none on processes"),
  ]);
});

test.each([
  [
    "an event that is none",
    inContainers("{ kind: events, told: [{ event: pause, type: detected }] }"),
    '11:39: "pause"; expected an event of a container: die, oom, start',
  ],
  [
    "an action of no name",
    inContainers("{ kind: events, told: [{ event: start, type: action.finished }] }"),
    "11:30: action.finished without a pathway",
  ],
  [
    "a class that is none",
    inContainers("{ kind: events, told: [{ event: die, type: detected, class: gone }] }"),
    'unknown class "gone"',
  ],
  ["an endless delay", inContainers(`{ kind: events, told: [${died}], resolution: 1h }`), "1h"],
  ["names of replicas", inContainers(`{ kind: events, told: [${died}], names: { a: web } }`), "names"],
  [
    "processes of this machine",
    fedBy(`{ kind: events, told: [{ event: die, type: detected }] }`),
    "events on the platform processes",
  ],
])("container events with %s are refused", (_what, text, words) => {
  const found = lintTargetText(text, file, text.includes("platform: docker") ? composed : here).problems;
  expect(found.map(formatProblem)).toEqual([expect.stringContaining(words)]);
});
