// From `rebound init` to a first verdict on a stack that nobody here wrote, Chroma and an application under supervisord
// (targets/foreign/supervisord): a script types what init says to go on with. A person reads and decides besides; that
// time is not in the figure.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { firstRun, firstVerdictRow } from "../../../../dist/test/programs/bench/platforms/figures.js";

const root = resolve(import.meta.dirname, "../../../..");
const bin = join(root, "bin/rebound.js");
const stack = join(root, "dist/targets/foreign/supervisord/main.js");
const needed = [".cache/foreign/supervisor", ".cache/engines/chroma"];
const upWithinMs = 60_000;
const name = "my-stack";

/** What its owner knows of it, in the place of each guess: all of it stands in the README of the stack. */
const edits = [
  ["chaos: forbidden", "chaos: allowed"],
  [/command: \["supervisord".*\]/, `command: ["node", ${JSON.stringify(stack)}]\n  env: { STACK_DIR: "{workDir}" }`],
  [/ready: http:\S+/, "ready: http://127.0.0.1:{port:reader}/ready"],
  [/(- name: chroma\n(?: +#.*\n)? +)health: \/health/, "$1health: /api/v2/heartbeat"],
  ["edges: []", "edges:\n  - { from: app, to: chroma, address_env: APP_TO_CHROMA }"],
  [
    /traffic:\n(?: .*\n)+/,
    `traffic:
  name: chat
  method: POST
  url: http://127.0.0.1:{port:app}/v1/chat/completions
  body: { model: notes, messages: [{ role: user, content: "{question}" }] }
  stream: whole
  dataset: notes.jsonl
  right_when_contains: "{truth}"
`,
  ],
];

export async function measureFirstVerdict({ say }) {
  const missing = needed.filter((one) => !existsSync(join(root, one)));
  if (missing.length > 0) {
    throw new Error(`${missing.join(", ")} missing: bash targets/foreign/supervisord/install.sh (Linux on x86-64)`);
  }
  const folder = await mkdtemp(join(tmpdir(), "rebound-init-"));
  try {
    return [firstVerdictRow(await typedIn(folder, say))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds from the start of init until the run has ended, and what it says; undefined for what was not reached. */
async function typedIn(folder, say) {
  const env = { ...process.env, REBOUND_STATE_DIR: join(folder, "state"), NO_COLOR: "1" };
  await mkdir(join(folder, "targets"));
  const type = async (...words) => {
    const { code, said } = await ended(start([bin, ...words], { cwd: folder, env }));
    say(`${((performance.now() - from) / 1000).toFixed(1)} s: rebound ${words.join(" ")}: exit ${code}`);
    return { code, said };
  };
  const work = join(folder, "runs-already");
  const [reader, app, chroma] = await freePorts(3);
  const ports = { READER_PORT: reader, APP_PORT: app, CHROMA_PORT: chroma };
  const running = start([stack], { cwd: folder, env: { ...env, STACK_DIR: work, ...ports } });
  let from = 0;
  try {
    await untilUp(running, reader);
    from = performance.now();
    const init = await type("init", name, "--from", `supervisord=${join(work, "supervisor.sock")}`);
    if (init.code !== 0) return { why: init.said };
    const file = join(folder, "targets", name, "target.yaml");
    await copyFile(join(root, "targets/foreign/notes.jsonl"), join(folder, "targets", name, "notes.jsonl"));
    await writeFile(file, edited(await readFile(file, "utf8")));
    const lint = await type("lint");
    if (lint.code !== 0) return { why: lint.said };
    await type("doctor", name);
    const intent = `experiments/${name}/process-dies.yaml`;
    await type("plan", intent);
    // What decides nothing is run again, as a person would, as long as there is time.
    for (;;) {
      const { said } = await type("run", intent, "--out", "reports");
      const { outcome } = JSON.parse(await readFile(join(folder, "reports/latest/run.json"), "utf8"));
      const came = firstRun({ seconds: (performance.now() - from) / 1000, outcome, why: said });
      if (came.isOver) return came;
    }
  } finally {
    running.child.kill("SIGTERM");
    await running.exited;
  }
}

/** Throws where init writes otherwise than this script knows: then the script has to learn it. */
function edited(text) {
  return edits.reduce((now, [what, by]) => {
    const next = now.replace(what, by);
    if (next === now) throw new Error(`init wrote nothing like ${String(what)}:\n${text}`);
    return next;
  }, text);
}

function start(words, how) {
  const child = spawn(process.execPath, words, { ...how, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (said += part));
  return { child, exited: once(child, "exit"), said: () => said };
}

async function ended({ exited, said }) {
  const [code] = await exited;
  return { code, said: said() };
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => String(server.address().port));
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** Until supervisord says of both that they run: before that init refuses them, as STARTING. */
async function untilUp({ child, said }, port) {
  const until = performance.now() + upWithinMs;
  for (;;) {
    const words = await fetch(`http://127.0.0.1:${port}/words`).then(
      (answer) => answer.text(),
      () => "",
    );
    if ((words.match(/RUNNING/g) ?? []).length === 2) return;
    if (child.exitCode !== null || performance.now() > until) throw new Error(`the stack did not come up:\n${said()}`);
    await delay(100);
  }
}
