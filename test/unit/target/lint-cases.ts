// A sound target file, and what the linter says of texts like it.

import { lintTargetText } from "../../../src/target/lint-target.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { platformNames } from "../../../src/platforms/index.ts";

const rows = '{"question":"what?","passage":"a#1"}\n{"question":"why?","passage":"b#2"}\n';

export const file = "targets/shop/target.yaml";

export const here = {
  probeKinds,
  platformNames,
  dir: "/somewhere/targets/shop",
  exists: (path: string) => path === "/somewhere/targets/shop/rows.jsonl",
  read: () => rows,
};

export const sound = `name: shop
summary: A shop.
chaos: allowed
prepare:
  command: [node, prepare.js, "{cacheDir}"]
  timeout: 2m
start:
  command: [node, stack.js]
  env: { DATA: "{workDir}", UPSTREAM: "127.0.0.1:{port:back-1}" }
  ready: http://127.0.0.1:{port:front}/ready
  timeout: 15s
  stop_timeout: 3s
services:
  - name: front
    health: /health
    replicas: [{ id: front, port_env: FRONT_PORT }]
  - name: back
    health: /health
    replicas:
      - { id: back-1, port_env: BACK_1_PORT }
      - { id: back-2, port_env: BACK_2_PORT }
edges:
  - { from: front, to: back-1, address_env: FRONT_TO_BACK_1 }
  - { from: front, to: back-2, address_env: FRONT_TO_BACK_2 }
inventory: http://127.0.0.1:{port:front}/inventory
control:
  token_env: TOKEN
  start_replica: http://127.0.0.1:{port:front}/replicas/{replica}/start
traffic:
  name: chat
  method: POST
  url: http://127.0.0.1:{port:front}/chat?q={question}
  headers: { content-type: application/json }
  body: { messages: [{ role: user, content: "{question}" }], stream: true }
  stream: sse
  dataset: rows.jsonl
  right_when_contains: "[{passage}]"
probes:
  - { name: replicas.back, kind: healthy-replicas, service: back, every: 250ms, timeout: 1s }
  - { name: records.back, kind: http-json, service: back, path: /manifest, pointer: /records, combine: min, every: 500ms, timeout: 1s, data: true }
  - { name: recall.back, kind: self-retrieval, service: back, sample_path: /sample, search_path: /search, sample: 24, every: 500ms, timeout: 2s }
feed: http://127.0.0.1:{port:front}/events
classes: [replica-down]
pathways:
  - { name: restart-replica, summary: Restarts it. }
ablation_env: NOOP
unhealed_env: ALONE
`;

export function problems(text: string): string[] {
  return lintTargetText(text, file, here).problems.map(
    ({ place, found }) => `${place?.line ?? 0}:${place?.column ?? 0} ${found}`,
  );
}

export function changed(from: string, to: string): string {
  if (!sound.includes(from)) throw new Error(`no ${from}`);
  return sound.replace(from, to);
}
