import { describe, expect, it } from "vitest";
import { containersSeen } from "../../../src/init/scanners/containers.ts";
import { swarmSeen } from "../../../src/init/scanners/swarm.ts";
import { intentTexts } from "../../../src/init/write-intents.ts";
import { kebabOf, programOf } from "../../../src/init/seen.ts";
import { servicesOf, startWords, targetText } from "../../../src/init/write-target.ts";
import { manager, problemsOf, seenOfSupervisord } from "./recorded.ts";

describe("the first files of a stack", () => {
  it("have no problem for the linter, whether a service runs once or twice", () => {
    expect(problemsOf("shop", seenOfSupervisord())).toEqual([]);
    expect(problemsOf("shop", seenOfSupervisord({ web: 1, "worker-00": 2, "worker-01": 3 }))).toEqual([]);
  });

  it("allow nothing by themselves, and mark each line that was not seen", () => {
    const text = targetText("shop", seenOfSupervisord());
    expect(text).toContain("\nchaos: forbidden\n");
    for (const key of [
      "summary:",
      "limits:",
      "  command:",
      "  ready:",
      "    health:",
      "edges:",
      "inventory:",
      "traffic:",
    ]) {
      const lines = text.split("\n");
      const at = lines.findIndex((line) => line.startsWith(key));
      expect(`${key} ${lines.slice(at - 2, at).join("\n")}`).toMatch(/# guess: .*; check /);
    }
  });

  it("name what was seen beside each guess: the supervisor's name, its command, its word and the port", () => {
    const text = targetText("shop", seenOfSupervisord());
    expect(text).toMatch(
      /# Seen: web \(node, \d arguments\); RUNNING; it listens on 7991\.\n.*WEB_PORT.*%\(ENV_WEB_PORT\)s for 7991\n.*\{ id: web, port_env: WEB_PORT \}/,
    );
  });

  it("leave out what listens nowhere, and say so", () => {
    const seen = seenOfSupervisord();
    expect(servicesOf(seen).map(({ name }) => name)).toEqual(["web"]);
    expect(targetText("shop", seen)).toMatch(/# Left out: crashes \(false\); FATAL; it listens on no port/);
  });

  it("say that supervisord's words hide a hang, and that they are not believed", () => {
    expect(targetText("shop", seenOfSupervisord())).toMatch(/Its words are not believed: RUNNING is also its word for/);
  });

  it("kill and hang one of several replicas where there are several, and all of one only with leave twice", () => {
    const one = intentTexts("shop", seenOfSupervisord()).get("process-dies.yaml");
    expect(one).toMatch(/replica_of: web, count: all \}\nlimits: \{ max_share: 1 \}/);
    const two = intentTexts("shop", seenOfSupervisord({ web: 1, "worker-00": 2, "worker-01": 3 }));
    expect(two.get("process-hangs.yaml")).toMatch(
      /fault: process.pause\n {4}on: \{ replica_of: worker, count: 1 \}\n\n/,
    );
  });

  it("look so often at what is killed that a supervisor which is quick is seen to act, and no oftener at what hangs", () => {
    const texts = intentTexts("shop", seenOfSupervisord({ web: 1, "worker-00": 2, "worker-01": 3 }));
    expect(texts.get("process-dies.yaml")).toMatch(/\n {2}probe_every: \{ replicas.worker: 50ms \}\n {2}where:/);
    expect(texts.get("process-hangs.yaml")).not.toContain("probe_every");
  });

  it("hold no key that a command carries, and nothing that ends a comment", () => {
    const shown = {
      "redis-server --requirepass hunter2": "redis-server, 2 arguments",
      'TOKEN="hun ter2" /usr/bin/node web.js': "node, 1 argument",
      "TOKEN='hun ter2'": "a command",
      'TOKEN="hun ter2 node web.js': "a command",
      "PASS=x/hunter2": "a command",
      "postgres://u:hunter2@h": "a command",
      "mysql -phunter2": "mysql, 1 argument",
      "serve 'Authorization: Bearer hunter2'": "serve, 1 argument",
      false: "false",
    };
    expect(Object.keys(shown).map(programOf)).toEqual(Object.values(shown));
    expect(
      startWords(["a", "--nodaemon", "-c", "/b.conf", "--auth", "x", "-px=1", "A=b", "postgres://u:p@h", "sk-1"]),
    ).toEqual(["a", "--nodaemon", "-c", "/b.conf", "--auth", "…", "…", "…", "…", "…"]);
    const seen = seenOfSupervisord();
    const evil = { ...seen, replicas: seen.replicas.map((one) => ({ ...one, called: "web\nchaos: allowed #" })) };
    expect(targetText("shop", evil)).not.toMatch(/^\s*chaos: allowed/m);
    expect(problemsOf("shop", evil)).toEqual([]);
  });

  it("attach to a compose project by its containers, and start, publish and read nothing", () => {
    const Labels = {
      "com.docker.compose.project": "shop",
      "com.docker.compose.service": "My_web",
      "com.docker.compose.container-number": "1",
    };
    const Ports = [
      { PrivatePort: 9000, Type: "tcp" },
      { PrivatePort: 8080, PublicPort: 80, Type: "tcp" },
    ];
    const list = [{ Names: ["/shop-web-1"], Image: "shop:1", State: "running", Status: "Up", Labels, Ports }];
    const found = containersSeen(JSON.stringify(list), "/d.sock");
    if (!found.ok) throw new Error(found.reason);
    const text = targetText("shop", found.seen);
    expect(problemsOf("shop", found.seen)).toEqual([]);
    expect(text).toContain('platform: docker\ncontainers: { project: "shop" }\n');
    expect(text).toContain('{ id: my-web-1, container: "My_web-1", port: 8080 }');
    expect(text).not.toMatch(/command:|inventory:|port_env|reader/);
  });

  it("attach to a stack of a Swarm by its slots, ask its nodes, and credit what Swarm does by what it looks like", () => {
    const found = swarmSeen({ ...manager, where: "/d.sock" });
    if (!found.ok) throw new Error(found.reason);
    const text = targetText("kb", found.seen);
    expect(problemsOf("kb", found.seen)).toEqual([]);
    expect(text).toContain('platform: swarm\ncontainers: { stack: "kb" }\n');
    expect(text).toContain('addresses: ["10.0.0.2", "10.0.0.3"]');
    expect(text).toMatch(/label rebound\.chaos: allowed .*, as kb_web, kb_logs has not/);
    expect(text).toContain("url: http://10.0.0.2:30001/health");
    expect(text).toMatch(/name: reschedule.*seen_as: restart[\s\S]*name: rollback-update.*seen_as: rollback/);
    expect(text).toContain("  reschedule: { restart_condition: none }\n  rollback-update: { failure_action: pause }");
    expect(text).not.toMatch(/command:|inventory:|port_env|reader/);
    expect(intentTexts("kb", found.seen).get("process-dies.yaml")).toMatch(
      /replica_of: back, count: 1 \}[\s\S]*by: reschedule/,
    );
  });

  it("have what a repair looks like, where nobody tells of it", () => {
    expect(targetText("shop", seenOfSupervisord())).toMatch(
      /\nfeed: none\nclasses: \[\]\npathways:\n.*name: restart-replica.*seen_as: restart/,
    );
  });

  it("have names in kebab-case, whatever a supervisor calls its own", () => {
    expect(["My_App.v2", "7up", "--", "vLLM server"].map(kebabOf)).toEqual([
      "my-app-v2",
      "s-7up",
      "s-unnamed",
      "v-llm-server",
    ]);
  });
});
