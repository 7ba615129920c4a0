#!/usr/bin/env node
// Stands in for a k6: no k6 is installed or run by this project. It asks TARGET at a rate and writes samples, summaries,
// log lines and exit codes in the formats of k6 2.2.0. These were written after its source (output/json/wrapper.go,
// lib/netext/httpext, js/summary.go, errext/exitcodes), and were not recorded from a run. FAKE (a word of the script's
// environment) says how it goes wrong; FAKE_RATE is iterations a second.

import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";

const how = process.env.FAKE ?? "";
const [, , command, ...args] = process.argv;

if (command === "version") {
  process.stdout.write(
    how === "old"
      ? "k6 v0.45.0 (go1.20, linux/amd64)\n"
      : how === "other"
        ? "hello\n"
        : "k6 v2.2.0 (commit/0123456789, go1.26.0, linux/amd64)\n",
  );
  process.exit(how === "no version" ? 1 : 0);
}

const valueOf = (name) => args.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3);
const samples = valueOf("out")?.replace(/^json=/, "") ?? "";
const exported = valueOf("summary-export") ?? "";
const entry = readFileSync(args.at(-1) ?? "", "utf8");
const data = JSON.parse(/return \{ (".*"): JSON/.exec(entry)?.[1] ?? '""');
// What it was started with, for tests to look at.
writeFileSync(`${process.env.HOME}/started.json`, JSON.stringify({ args, env: process.env, entry }));

const log = (fields) => process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`);
const exit = (code, msg) => {
  if (msg !== undefined) log({ level: "error", msg });
  process.exit(code);
};

if (how === "init") exit(107, "ReferenceError: nothing is not defined\n\tat file:///entry.js:1:1(2)\n");
if (how === "config") exit(104, "there is no threshold that was meant");
if (how === "killed") process.kill(process.pid, "SIGKILL");
if (how === "panic") exit(109);
if (how === "early") exit(0);

/** RFC 3339 with nine digits of a second, as Go writes it. */
function timeOf(ms) {
  const whole = Math.floor(ms);
  const rest = String(Math.round((ms - whole) * 1e6)).padStart(6, "0");
  return new Date(whole).toISOString().replace("Z", `${rest}Z`);
}

const counts = { asked: 0, failed: 0, iterations: 0 };
const point = (metric, ms, value, [tags, by]) =>
  `${JSON.stringify({ metric, type: "Point", data: { time: timeOf(ms), value, tags, metadata: by } })}\n`;

/** The samples of one request, as k6's Trail gives them. */
function requestPoints(ms, { duration, blocked, tags, by }) {
  const values = {
    http_reqs: 1,
    http_req_duration: duration,
    http_req_blocked: blocked,
    http_req_connecting: blocked,
    http_req_tls_handshaking: 0,
    http_req_sending: 0,
    http_req_waiting: duration,
    http_req_receiving: 0,
    http_req_failed: tags.expected_response === "true" ? 0 : 1,
  };
  return Object.entries(values).map(([metric, value]) => point(metric, ms, value, [tags, by]));
}

const now = () => performance.timeOrigin + performance.now();
const path = process.env.FAKE_PATH ?? "/";
const url = `${process.env.TARGET}${path}`;

function iterate(iter) {
  const began = now();
  const by = { vu: "1", iter: String(iter) };
  const common = { group: "", scenario: "s" };
  const end = (status, code) => {
    const at = now();
    const isGood = status > 0 && status < 400;
    const from = how === "elsewhere" ? "http://127.0.0.1:1/" : url;
    const tags = {
      ...common,
      name: from,
      url: from,
      method: "GET",
      status: String(status),
      expected_response: String(isGood),
      ...(code && { error_code: code }),
    };
    const duration = how === "slow" ? 60_000 : at - began - 0.25;
    counts.asked += 1;
    counts.failed += isGood ? 0 : 1;
    counts.iterations += 1;
    const lines = [
      ...requestPoints(at, { duration: status === 0 ? 0 : duration, blocked: 0.25, tags, by }),
      point("checks", at, isGood ? 1 : 0, [{ ...common, check: "answered" }, by]),
      point("data_sent", at, 90, [common, by]),
      point("iteration_duration", at, at - began, [common, by]),
      point("iterations", at, 1, [common, by]),
    ];
    if (how === "dropped" && iter === 3) lines.push(point("dropped_iterations", at, 1, [{ scenario: "s" }]));
    if (how === "garbage" && iter === 3) lines.push("{ this is no sample\n");
    appendFileSync(samples, lines.join(""));
    if (how === "throws" && iter === 3)
      log({
        level: "error",
        msg: `TypeError: no ${process.env.TOKEN ?? "x"}\n\tat ask (file:///main.ts:3:7(12))\n`,
        executor: "constant-arrival-rate",
        scenario: "s",
        source: "stacktrace",
      });
    if (how === "prints" && iter === 3) log({ level: "error", msg: "only printed", source: "console" });
  };
  get(
    url,
    (answer) =>
      void answer
        .resume()
        .on("end", () =>
          end(answer.statusCode ?? 0, answer.statusCode >= 400 ? String(1_000 + answer.statusCode) : undefined),
        ),
  ).on("error", () => end(0, "1212"));
}

const gap = 1_000 / Number(process.env.FAKE_RATE ?? 20);
const first = now();
const ask = (iter) => {
  // One that stands still for a while begins what is due meanwhile all at once.
  const pause = how === "late" && iter === 5 ? 4 * gap : 0;
  setTimeout(
    () => {
      iterate(iter);
      ask(iter + 1);
    },
    Math.max(0, first + iter * gap - now() + pause),
  );
};
const crossed = JSON.parse(decodeURIComponent(process.env.FAKE_CROSSED ?? "{}"));

/** `--summary-export`: there true means crossed; in the data of handleSummary `ok` means kept. */
function summaries() {
  const metrics = Object.keys(crossed);
  const old = Object.fromEntries(
    metrics.map((metric) => [metric, { count: counts.asked, thresholds: crossed[metric] }]),
  );
  const told = (metric) =>
    Object.fromEntries(
      Object.entries(crossed[metric]).map(([expression, is]) => [expression, { ok: how === "contradicts" ? is : !is }]),
    );
  const own = { http_reqs: { type: "counter", contains: "default", values: { count: counts.asked, rate: 1 } } };
  const of = metrics.map((metric) => [metric, { ...own.http_reqs, thresholds: told(metric) }]);
  if (how !== "no summary")
    writeFileSync(
      exported,
      JSON.stringify({ metrics: { http_reqs: { count: counts.asked }, ...old }, root_group: {} }),
    );
  writeFileSync(
    data,
    JSON.stringify({ root_group: {}, options: {}, state: {}, metrics: { ...own, ...Object.fromEntries(of) } }),
  );
}

process.once("SIGTERM", () => {
  if (how === "deaf") return;
  summaries();
  process.exit(how === "99" ? 99 : how === "0" ? 0 : 105);
});
if (how === "deaf") process.on("SIGTERM", () => undefined);
if (how === "silent") setInterval(() => undefined, 1_000);
else ask(0);
