// Pure readings of recorded answers: supervisord 4.3.0, runit 2.1.2 and systemctl were run; pm2's, the engine's and
// systemd's shapes are those of their documentation.

import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { containersSeen } from "../../../src/init/scanners/containers.ts";
import { scanners } from "../../../src/init/scanners/index.ts";
import { pm2Seen } from "../../../src/init/scanners/pm2.ts";
import { runit, statusIn } from "../../../src/init/scanners/runit.ts";
import { swarmSeen } from "../../../src/init/scanners/swarm.ts";
import { serverIn } from "../../../src/init/scanners/supervisord.ts";
import { systemdSeen } from "../../../src/init/scanners/systemd.ts";
import { manager, seenOfSupervisord } from "./recorded.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

describe("what supervisors tell", () => {
  it("is read by a scanner of its own each, which says why where there is none", async () => {
    for (const scanner of scanners) {
      const found = await scanner.look("/nowhere/at-all");
      expect(found).toMatchObject({ ok: false });
      expect(found.ok || found.reason.length > 5).toBe(true);
    }
  });

  it("is, of supervisord, each process with its group, its command and its word", () => {
    const [crashes, , , web, first, second] = seenOfSupervisord().replicas;
    expect(crashes).toMatchObject({ service: "crashes", called: "crashes (false)", says: "FATAL" });
    expect(web?.called).toMatch(/^web \(node, \d arguments\)$/);
    expect([first, second]).toMatchObject([
      { service: "worker", replica: "worker-00", called: "worker:worker_00 (sleep, 1 argument)" },
      { service: "worker", replica: "worker-01" },
    ]);
  });

  it("is found by supervisord's configuration: its socket first, else the port of its HTTP server on this machine", () => {
    expect(serverIn("[unix_http_server]\nfile = %(here)s/s.sock ; the socket\n[supervisord]\n", "/srv")).toBe(
      "/srv/s.sock",
    );
    expect(serverIn("[inet_http_server]\nport=*:9001\n", "/srv")).toBe("http://127.0.0.1:9001");
    expect(serverIn("[supervisord]\nfile=/tmp/x\n", "/srv")).toBeUndefined();
  });

  it("is, of runit, 20 bytes of status: run, down, want up while it is looping, and paused", () => {
    const states = {
      web: "400000006b0cd6121c734d642567000000750001",
      down: "400000006b0cd6121c4e9ec40000000000640000",
      loop: "400000006b0cd6141d27f37c0000000000750000",
      paused: "400000006b0cd6121c45637c2667000001750001",
    };
    expect(Object.values(states).map((hex) => statusIn(bytes(hex)))).toEqual([
      { runs: 26405, says: "run" },
      { runs: null, says: "down" },
      { runs: null, says: "down, want up" },
      { runs: 26406, says: "run, paused" },
    ]);
    expect(statusIn(bytes("40"))).toEqual({ runs: null, says: "unreadable" });
  });

  it("is, of runit, read from the folders that runsv watches, and from no other", async () => {
    const folder = await mkdtemp(join(tmpdir(), "runit-"));
    try {
      await mkdir(join(folder, "web/supervise"), { recursive: true });
      await mkdir(join(folder, "plain"));
      await writeFile(join(folder, "web/run"), "#!/bin/sh\nexec node web.js\n");
      await writeFile(join(folder, "web/supervise/status"), bytes("400000006b0cd6121c4e9ec40000000000640000"));
      const found = await runit.look(folder);
      expect(found.ok && found.seen.replicas).toEqual([
        { service: "web", replica: "web", called: "web (node, 1 argument)", says: "down", ports: [] },
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("is, of pm2, a list behind its notices; two of one name have names of their own", () => {
    const one = {
      name: "api",
      pid: 0,
      pm2_env: { status: "waiting restart", restart_time: 30, pm_exec_path: "/srv/api.js" },
    };
    const text = `>>>> In-memory PM2 is out-of-date\n${JSON.stringify([one, { ...one, pid: 5 }])}`;
    const { seen, numbers } = pm2Seen(text, "/root/.pm2");
    expect(numbers).toEqual([0, 5]);
    expect(seen.replicas).toMatchObject([
      { service: "api", replica: "api", says: "waiting restart, 30 restarts" },
      { service: "api", replica: "api-2" },
    ]);
  });

  it("is, of systemd, the units that somebody put below /etc, with their Restart", () => {
    const shown = [
      "Id=shop.service\nMainPID=77\nActiveState=active\nSubState=running\nRestart=on-failure\nNRestarts=2",
      "FragmentPath=/etc/systemd/system/shop.service",
      "ExecStart={ path=/usr/bin/node ; argv[]=/usr/bin/node /srv/shop.js ; ignore_errors=no ; }",
      "",
      "Id=cron.service\nMainPID=9\nFragmentPath=/lib/systemd/system/cron.service",
    ].join("\n");
    const { seen, numbers } = systemdSeen(shown, "*.service");
    expect(numbers).toEqual([77]);
    expect(seen.replicas).toMatchObject([
      {
        replica: "shop",
        called: "shop.service (node, 1 argument; Restart=on-failure)",
        says: "active (running), 2 restarts",
      },
    ]);
  });

  it("is, of an engine, the containers of one project; of several one must be named, and a stranger is in none", () => {
    const container = (name: string, Labels: Record<string, string>) => ({
      Names: [`/${name}`],
      Image: "shop:1",
      State: "running",
      Status: "Up 3 minutes",
      Labels,
      Ports: [
        { PrivatePort: 8000, Type: "tcp" },
        { PrivatePort: 8000, PublicPort: 3, Type: "tcp" },
        { PrivatePort: 53, Type: "udp" },
      ],
    });
    const compose = (project: string, number: string) => ({
      "com.docker.compose.project": project,
      "com.docker.compose.service": "web",
      "com.docker.compose.container-number": number,
    });
    const swarm = {
      "com.docker.stack.namespace": "kb",
      "com.docker.swarm.service.name": "kb_api",
      "com.docker.swarm.task.name": "kb_api.2.x",
    };
    const list = [
      container("shop-web-1", compose("shop", "1")),
      container("shop-web-2", compose("shop", "2")),
      container("alone", {}),
    ];
    const found = containersSeen(JSON.stringify(list), "/d.sock");
    expect(found.ok && found.seen.replicas).toMatchObject([
      { service: "web", replica: "web-1", called: "shop-web-1 (shop:1)", ports: [8000] },
      { service: "web", replica: "web-2" },
    ]);
    const second = container("kb-api-1", { ...compose("kb", "1"), "com.docker.compose.service": "api" });
    expect(containersSeen(JSON.stringify([...list, second]), "/d.sock")).toMatchObject({
      ok: false,
      reason: expect.stringContaining("/d.sock#kb, /d.sock#shop") as string,
    });
    const beside = JSON.stringify([...list, container("t", swarm)]);
    expect(containersSeen(beside, "/d.sock")).toMatchObject({ ok: true });
    expect(containersSeen(beside, "/d.sock", "kb")).toMatchObject({
      ok: false,
      reason: expect.stringContaining("--from swarm=/d.sock#kb") as string,
    });
  });

  it("is, of a manager, the slots of one stack at their nodes; without a port of its own a task cannot be asked", () => {
    const found = swarmSeen({ ...manager, where: "/d.sock" });
    if (!found.ok) throw new Error(found.reason);
    expect(found.seen.replicas).toMatchObject([
      { service: "back", replica: "back-1", called: "kb_back.1 (kb:1)", ports: [8080], url: "http://10.0.0.2:30001" },
      { service: "back", replica: "back-2", ports: [8080], url: "http://10.0.0.3:30002" },
      { service: "web", ports: [], says: "running; no port of the mode host" },
      { service: "logs", ports: [], says: "running; global, so that it has no slots" },
    ]);
    expect(found.seen.stack).toEqual({
      name: "kb",
      addresses: ["10.0.0.2", "10.0.0.3"],
      rollsBack: true,
      unlabelled: ["kb_web", "kb_logs"],
    });
    expect(swarmSeen({ ...manager, where: "/d.sock", stack: "shop" })).toEqual({
      ok: false,
      reason: "/d.sock: the Swarm has no stack shop; there is kb",
    });
    const services = JSON.stringify(
      ["kb", "shop"].map((name) => ({
        ID: name,
        Spec: { Name: `${name}_a`, Labels: { "com.docker.stack.namespace": name }, Mode: {} },
      })),
    );
    expect(swarmSeen({ ...manager, services, where: "/d.sock" })).toMatchObject({
      ok: false,
      reason: expect.stringContaining("/d.sock#kb, /d.sock#shop") as string,
    });
  });
});
