import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { misplaced } from "../../builders/intent-fixtures.ts";
import { file, here, sound, problems, changed } from "./lint-cases.ts";

describe("a sound target", () => {
  test("becomes a target with times in ms and paths from its folder", () => {
    const { target, problems: found } = lintTargetText(sound, file, here);
    expect(found).toEqual([]);
    expect(target).toMatchObject({
      name: "shop",

      dir: "/somewhere/targets/shop",
      platform: "processes",
      chaosAllowed: true,
      prepare: { command: ["node", "prepare.js", "{cacheDir}"], env: {}, timeoutMs: 120_000 },
      start: { timeoutMs: 15_000, stopTimeoutMs: 3000, readyUrl: "http://127.0.0.1:{port:front}/ready" },
      control: { tokenEnv: "TOKEN", startReplicaUrl: "http://127.0.0.1:{port:front}/replicas/{replica}/start" },
      streams: [{ dataset: "/somewhere/targets/shop/rows.jsonl", rightWhenContains: "[{passage}]", stream: "sse" }],
      edges: [
        { from: "front", to: "back-1", addressEnv: "FRONT_TO_BACK_1" },
        { from: "front", to: "back-2", addressEnv: "FRONT_TO_BACK_2" },
      ],
      probes: [
        { kind: "healthy-replicas", name: "replicas.back", everyMs: 250, timeoutMs: 1000, data: false },
        { kind: "http-json", name: "records.back", pointer: "/records", combine: "min", data: true },
        { kind: "self-retrieval", name: "recall.back", samplePath: "/sample", searchPath: "/search", sample: 24 },
      ],
      ablationEnv: "NOOP",
      unhealedEnv: "ALONE",
    });
  });

  test("that does not say chaos: allowed is sound, but must not be touched", () => {
    expect(lintTargetText(changed("chaos: allowed\n", ""), file, here).target?.chaosAllowed).toBe(false);
    expect(lintTargetText(changed("chaos: allowed", "chaos: forbidden"), file, here).target?.chaosAllowed).toBe(false);
  });
});

describe("what is wrong with a target, with its place", () => {
  test.each<[string, string, string, string[]]>([
    ["another name than its folder", "name: shop", "name: shopp", ['1:7 "shopp"']],
    ["an unknown key", "summary: A shop.", "summry: A shop.", ['2:1 unknown key "summry"']],
    ["a strange word for chaos", "chaos: allowed", "chaos: allow", ['3:8 "allow"']],
    ["a command as a text", "command: [node, stack.js]", "command: node stack.js", ['8:12 "node stack.js"']],
    ["no command", "command: [node, stack.js]", "command: []", ["8:12 an empty list"]],
    [
      "a URL elsewhere",
      "ready: http://127.0.0.1:",
      "ready: http://example.com:",
      ['10:10 "http://example.com:{port:front}/ready"'],
    ],
    [
      "a URL that only looks local",
      "ready: http://127.0.0.1:{port:front}/ready",
      "ready: http://127.0.0.1@example.com/",
      ['10:10 "http://127.0.0.1@example.com/"'],
    ],
    [
      "a URL that begins local",
      "ready: http://127.0.0.1:{port:front}/ready",
      "ready: http://127.0.0.1.example.com/",
      ['10:10 "http://127.0.0.1.example.com/"'],
    ],
    ["another scheme", "ready: http:", "ready: https:", ['10:10 "https://127.0.0.1:{port:front}/ready"']],
    [
      "users sent elsewhere",
      "url: http://127.0.0.1:",
      "url: http://10.0.0.1:",
      ['32:8 "http://10.0.0.1:{port:front}/chat?q={question}"'],
    ],
    [
      "an unknown replica in a template",
      "ready: http://127.0.0.1:{port:front}",
      "ready: http://127.0.0.1:{port:frnt}",
      ['10:10 unknown replica "frnt"'],
    ],
    ["an unknown template", '"{workDir}"', '"{workdir}"', ["9:16 the template {workdir}"]],
    [
      "a service twice",
      "- name: back",
      "- name: front",
      ['17:11 the service "front" again', '39:61 unknown service "back", here and in 2 more'],
    ],
    [
      "a replica twice",
      "id: back-2",
      "id: back-1",
      ['21:15 the replica "back-1" again', '24:24 unknown replica "back-2"'],
    ],
    [
      "a variable twice",
      "address_env: FRONT_TO_BACK_2",
      "address_env: BACK_2_PORT",
      ['24:45 the variable "BACK_2_PORT" again'],
    ],
    ["one variable for two things", "unhealed_env: ALONE", "unhealed_env: NOOP", ['47:15 the variable "NOOP" again']],
    ["a broken variable to start unhealed", "unhealed_env: ALONE", "unhealed_env: a-b", ['47:15 "a-b"']],
    ["a broken variable", "port_env: FRONT_PORT", "port_env: FRONT-PORT", ['16:39 "FRONT-PORT"']],
    ["an edge from nowhere", "{ from: front, to: back-1", "{ from: frnt, to: back-1", ['23:13 unknown caller "frnt"']],
    [
      "an edge to a service with one variable",
      "to: back-1,",
      "to: back,",
      ['23:24 the service "back" with one variable for all its replicas'],
    ],
    ["an edge twice", "to: back-2,", "to: back-1,", ['24:5 the edge "front→back-1" again']],
    ["a probe of no service", "service: back, every", "service: bak, every", ['39:61 unknown service "bak"']],
    ["a probe in the users' name", "name: replicas.back", "name: users.back", ['39:13 "users.back"']],
    ["a probe without a dot", "name: replicas.back", "name: replicas", ['39:13 "replicas"']],
    ["a probe twice", "name: records.back", "name: replicas.back", ['40:13 the probe "replicas.back" again']],
    ["an unknown kind of probe", "kind: healthy-replicas", "kind: healthy-replica", ['39:34 "healthy-replica"']],
    [
      "a key of another kind of probe",
      "kind: healthy-replicas,",
      "kind: healthy-replicas, sample: 3,",
      ['39:52 the key "sample" beside others that exclude it'],
    ],
    ["a probe that looks too often", "every: 250ms", "every: 1ms", ["39:74 1ms"]],
    ["a data set that is not there", "dataset: rows.jsonl", "dataset: row.jsonl", ['36:12 no file "row.jsonl"']],
    [
      "a control that forgets the replica",
      "/replicas/{replica}/start",
      "/start",
      ['28:18 "http://127.0.0.1:{port:front}/start"'],
    ],
    ["a class twice", "[replica-down]", "[replica-down, replica-down]", ['43:25 the class "replica-down" again']],
    ["a missing section", "summary: A shop.\n", "", ['1:1 no "summary"']],
    [
      "a duplicate key",
      "ablation_env: NOOP",
      "ablation_env: NOOP\nablation_env: NOOP",
      ["47:1 a key that is there already"],
    ],
  ])("names the place of %s", (_, from, to, expected) => {
    const text = changed(from, to);
    expect(problems(text)).toEqual(expected);
    expect(misplaced(text, lintTargetText(text, file, here).problems)).toEqual([]);
  });

  test("a probe names settings of the target, and values that they have", () => {
    const withProbe = (setting: string): string[] =>
      problems(
        changed("every: 250ms, timeout: 1s }", `every: 250ms, timeout: 1s, only_with: ${setting} }`) +
          "settings:\n  queue: { about: A queue., env: QUEUE, default: off, values: { off: {}, on: {} } }\n",
      );
    expect(withProbe("{ queue: on }")).toEqual([]);
    expect(withProbe("{ queues: on }")).toEqual(['39:115 unknown setting "queues"']);
    expect(withProbe("{ queue: no }")).toEqual(['39:114 unknown value of queue "no"']);
  });

  const preset = "{ name: ttft.back, kind: preset, preset: vllm/ttft-p95, service: back, every: 250ms, timeout: 1s }";
  const withPreset = (from = "", to = ""): string =>
    sound.replace("probes:\n", `probes:\n  - ${preset.replace(from, () => to)}\n`);

  test("a preset of a known server is sound", () => {
    const { target, problems: found } = lintTargetText(withPreset(), file, here);
    expect(found).toEqual([]);
    expect(target?.probes[0]).toMatchObject({ signal: { preset: "vllm/ttft-p95", freshMs: 0 }, path: "/metrics" });
    const slow = lintTargetText(withPreset("vllm/ttft-p95", "lmdeploy/running"), file, here).target?.probes[0];
    expect(slow).toMatchObject({ signal: { freshMs: 10_000 }, lagMs: 10_000 });
  });

  test.each([
    ["vllm/ttf-p95", '39:46: unknown preset "vllm/ttf-p95"', 'did you mean "vllm/ttft-p95"?'],
    ["vlm/ttft-p95", '39:46: unknown preset "vlm/ttft-p95"', 'did you mean "vllm/ttft-p95"?'],
    ["vllm/speed", '39:46: unknown preset "vllm/speed"', "known: running, waiting, kv-use, ttft-p50"],
    ["ray/ttft-mean", '39:46: unknown preset "ray/ttft-mean"', "there is no mean"],
    ["ollama/ttft-p95", '39:46: unknown preset "ollama/ttft-p95"', "no Prometheus endpoint"],
    ["qdrant/e2e-p95", '39:46: unknown preset "qdrant/e2e-p95"', "no request of ours can prove"],
    ["llama.cpp/decode-speed", '39:46: unknown preset "llama.cpp/decode-speed"', "known: running"],
    ["anything", '39:46: unknown preset "anything"', "servers known: vllm, vllm-rust, sglang"],
    ["vllm/running, threshold: 1s", "39:71: a threshold beside vllm/running", "it speaks of quantiles"],
    ["vllm/kv-use, version: 0.9.9", "39:68: version 0.9.9", "0.33.0 was seen"],
    ["vllm/running, request_service: bak", '39:77: unknown service "bak"', 'did you mean "back"?'],
  ])("a preset that cannot be: %s", (to, place, advice) => {
    const [problem, ...more] = lintTargetText(withPreset("vllm/ttft-p95", to), file, here).problems.map(formatProblem);
    expect(more).toEqual([]);
    expect(problem).toContain(`${file}:${place}`);
    expect(problem).toContain(advice);
  });

  test("a problem says what was expected and what to do", () => {
    const { problems: found } = lintTargetText(changed("kind: healthy-replicas", "kind: healthy-replica"), file, here);
    expect(found.map(formatProblem)).toEqual([
      `${file}:39:34: "healthy-replica"; expected one of healthy-replicas, http-json, self-retrieval, prometheus, preset, exec; did you mean "healthy-replicas"?`,
    ]);
  });

  test("an empty file is one problem", () => {
    expect(problems("")).toEqual(["1:1 an empty file"]);
  });
});
