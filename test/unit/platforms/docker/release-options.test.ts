import { expect, test } from "vitest";
import type { SeenContainer } from "../../../../src/platforms/docker/containers.ts";
import { ownOf, releaseOptions } from "../../../../src/platforms/docker/release-options.ts";

/** As an engine shows the configuration of an image. */
const image = {
  User: "node",
  WorkingDir: "/app",
  Env: ["PATH=/bin", "LEVEL=info"],
  Cmd: ["serve"],
  Entrypoint: ["/entry"],
  Labels: { version: "1", vendor: "us" },
  ExposedPorts: { "80/tcp": {} },
  Volumes: { "/cache": {} },
  Healthcheck: { Test: ["CMD", "old"], Interval: 5 },
  StopSignal: "SIGINT",
  Shell: ["/bin/sh"],
  OnBuild: null,
};
/** And of a container that was made of it with nothing asked for. */
const plain = { ...image, Image: "shop:1", Hostname: "0123456789ab", Domainname: "", Tty: false };

test("asks for nothing that the container has of its image, so that the new image's own is taken", () => {
  expect(ownOf(plain, image)).toEqual({ Tty: false });
});

test.each([
  ["Env", ["PATH=/bin", "LEVEL=debug", "KEY=1"], { Env: ["LEVEL=debug", "KEY=1"] }],
  ["Labels", { version: "1", vendor: "them", more: "x" }, { Labels: { vendor: "them", more: "x" } }],
  ["ExposedPorts", { "80/tcp": {}, "81/tcp": {} }, { ExposedPorts: { "81/tcp": {} } }],
  ["Volumes", { "/cache": {}, "/data": {} }, { Volumes: { "/data": {} } }],
  ["Healthcheck", { Test: ["CMD", "old"], Interval: 9 }, { Healthcheck: { Interval: 9 } }],
  ["StopSignal", "SIGTERM", { StopSignal: "SIGTERM" }],
  ["User", "root", { User: "root" }],
  ["Domainname", "shop.test", { Domainname: "shop.test" }],
  ["Cmd", ["work"], { Cmd: ["work"] }],
  ["Entrypoint", ["/other"], { Entrypoint: ["/other"], Cmd: ["serve"] }],
  ["Entrypoint", null, { Entrypoint: [""], Cmd: ["serve"] }],
])("keeps what was asked for: %s %j", (name, value, own) => {
  expect(ownOf({ ...plain, [name]: value }, image)).toEqual({ Tty: false, ...own });
});

test("gives the release its image, its command and its label, and keeps all else", () => {
  const container = {
    id: "0123456789abcdef",
    name: "shop-web-1",
    info: {
      Image: "sha256:old",
      Config: { ...plain, Labels: { ...image.Labels, colour: "green" } },
      HostConfig: { Memory: 64 },
      NetworkSettings: { Networks: { shop: { Aliases: ["web", "0123456789ab"] } } },
    },
  } as unknown as SeenContainer;
  const labels = { release: "r" };
  expect(releaseOptions(container, image, { image: "shop:2", labels })).toEqual({
    Image: "shop:2",
    Tty: false,
    Labels: { colour: "green", release: "r" },
    HostConfig: { Memory: 64 },
    NetworkingConfig: { EndpointsConfig: { shop: { Aliases: ["web"] } } },
  });
  expect(releaseOptions(container, image, { command: ["exit"], labels })).toMatchObject({
    Image: "sha256:old",
    Cmd: ["exit"],
  });
});
