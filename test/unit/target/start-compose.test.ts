import { expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import type { Target } from "../../../src/core/target.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { file, here, sound } from "./lint-cases.ts";

const beside = sound.replace("  ready:", "  compose: ../../compose.yaml\n  ready:");
const hosted = `services:
  all:
    image: shop:1
    network_mode: host
    pid: host
    volumes: [/var/run/docker.sock:/var/run/docker.sock, data:/data]
volumes:
  data:
`;

function lintBeside(composed: string, text = beside): { target: unknown; says: string } {
  const context = { ...here, read: (path: string) => (path.endsWith("compose.yaml") ? composed : here.read()) };
  const { target: made, problems } = lintTargetText(text, file, context);
  return { target: made, says: problems.map(formatProblem).join("\n") };
}

test("a target of processes may name one service that runs it in the machine's network, with the engine's socket", () => {
  const { target: made, says } = lintBeside(hosted);
  expect(says).toBe("");
  const { start, platform } = made as Target;
  expect(platform).toBe("processes");
  expect(start.compose).toMatchObject({ networks: [], volumes: ["data"], file: "/somewhere/compose.yaml" });
  expect(start.compose?.services).toMatchObject([
    { name: "all", onMachine: true, engineSocket: "/var/run/docker.sock", networks: [], volumes: [{ name: "data" }] },
  ]);
});

test.each([
  ["in a network of its own", "    network_mode: host\n", "", "no network_mode; expected network_mode: host"],
  ["under numbers of its own", "    pid: host\n", "", "no pid; expected pid: host"],
  ["with ports", "    pid: host\n", "    pid: host\n    ports: [8080]\n", "machine's network"],
  [
    "among several",
    "volumes:\n  data",
    "  more: { image: a, network_mode: host, pid: host }\nvolumes:\n  data",
    "one service",
  ],
] as const)("a service %s cannot stand in for a command", (_what, from, to, words) => {
  expect(hosted).toContain(from);
  expect(lintBeside(hosted.replace(from, to)).says).toContain(words);
});
