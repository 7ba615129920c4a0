// The part of a compose file that Rebound starts through the engine itself. The schema is strict: whatever else stands
// in the file is refused by its name and place, and never left out in silence.

import { z } from "zod";
import { loopbackHost } from "../core/addresses.ts";
import type { Ms } from "../core/units.ts";

const goDuration = /^(?:\d+h)?(?:\d+m(?!s))?(?:\d+(?:\.\d+)?s)?(?:\d+ms)?$/;
const goDurationWords = "a duration such as 500ms, 10s or 1m30s";
const bytesWords = "a size such as 64m or 1g";
const textWords = "a text without ${…}: variables are not filled in";
const portWords = `the port inside, such as 8080, "8080:8080" or "${loopbackHost}:8080:8080"`;
const portPattern = /^(?:(?:(?:[0-9.]+:)?\d{1,5})?:)?\d{1,5}(?:\/tcp)?$/;
/** By which a service speaks to the engine, as compose files have it. */
export const engineSocket = "/var/run/docker.sock";
const engineBind = `${engineSocket}:${engineSocket}`;
const volumeWords = `a named volume and where it goes, such as data:/var/data or data:/var/data:ro; or ${engineBind}`;
const restartWords = "no, always, unless-stopped, on-failure, or on-failure:5";

const arePorts = (written: string): boolean =>
  written
    .replace("/tcp", "")
    .split(":")
    .every((part) => part === "" || part.includes(".") || (Number(part) >= 1 && Number(part) <= 65_535));

/** `$$` is how compose writes a single dollar. */
export const text = z.string(textWords).regex(/^(?:[^$]|\$\$)*$/, textWords);

/** Beyond these a number is not what was written. */
const exact = z.number().refine((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER, "a text in quotes");
export const list = z.array(text).min(1).max(100);
const scalar = z.union([text, exact, z.boolean()], "a text or a number");
const mapWords = "a map, or a list of NAME=value";
export const labels = z.union([z.record(z.string(), z.union([scalar, z.null()])), z.array(text)], mapWords);
const valueWords = "NAME=value: nothing of this machine's environment is handed on";
/** Compose hands the value of this machine on for a name without one. */
export const environment = z.union(
  [z.record(z.string(), scalar), z.array(text.regex(/^[^=]+=/, valueWords))],
  mapWords,
);
export const duration = z.string(goDurationWords).min(2, goDurationWords).regex(goDuration, goDurationWords);
const testWords = "a command, or a list that begins with CMD, CMD-SHELL or NONE";
const cpusWords = "a number of processors above 0";
const tmpfsWords = "a path inside with its size, such as /data:size=16m";
const leastBytes = 6 * 1024 ** 2;
export const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "a name of letters, digits, dots, hyphens, underscores");
const nothing = z.union([z.null(), z.strictObject({})], "nothing: drivers and options are not started");

const healthcheck = z.strictObject({
  test: z.union(
    [text, list.refine(([first = ""]) => ["CMD", "CMD-SHELL", "NONE"].includes(first), testWords)],
    testWords,
  ),
  interval: duration.optional(),
  timeout: duration.optional(),
  start_period: duration.optional(),
  retries: z.int().min(1).max(100).optional(),
});

const service = z.strictObject({
  image: text,
  command: list.optional(),
  entrypoint: list.optional(),
  environment: environment.optional(),
  labels: labels.optional(),
  ports: z
    .array(
      z.union(
        [
          z.int(portWords).min(1).max(65_535),
          z.string(portWords).regex(portPattern, portWords).refine(arePorts, portWords),
        ],
        portWords,
      ),
    )
    .max(50)
    .optional(),
  networks: z
    .union(
      [z.array(name), z.record(name, z.union([z.null(), z.strictObject({ aliases: z.array(name).optional() })]))],
      "a list of networks, or a map of networks to their aliases",
    )
    .optional(),
  volumes: z
    .array(
      z
        .string(volumeWords)
        .regex(
          /^(?:[A-Za-z0-9][\w.-]*:\/[^:]*(?::r[ow])?|\/var\/run\/docker\.sock:\/var\/run\/docker\.sock)$/,
          volumeWords,
        ),
    )
    .optional(),
  tmpfs: z.array(z.string(tmpfsWords).regex(/^\/[^:,]*[^:,/]:size=[1-9]\d*[kmg]?$/i, tmpfsWords)).optional(),
  network_mode: z.literal("host", "host, or no such key").optional(),
  pid: z.literal("host", "host, or no such key").optional(),
  healthcheck: healthcheck.optional(),
  restart: z
    .string(restartWords)
    .regex(/^(?:no|always|unless-stopped|on-failure(?::\d+)?)$/, restartWords)
    .optional(),
  depends_on: z
    .union(
      [
        z.array(name),
        z.record(name, z.strictObject({ condition: z.enum(["service_started", "service_healthy"]).optional() })),
      ],
      "a list of services, or a map of services to a condition",
    )
    .optional(),
  init: z.boolean().optional(),
  mem_limit: z
    .string(bytesWords)
    .regex(/^\d+[bkmg]?$/i, bytesWords)
    .refine((written) => bytesOf(written) >= leastBytes, "6m at least: the engine takes no less")
    .optional(),
  cpus: z
    .union([z.number().positive(cpusWords), z.string().regex(/^(?=.*[1-9])\d+(?:\.\d+)?$/, cpusWords)], cpusWords)
    .optional(),
  scale: z.int().min(1).max(50).optional(),
});

export const composeSchema = z.strictObject({
  name: z.string().optional(),
  version: z.string().optional(),
  services: z.record(name, service).refine((all) => Object.keys(all).length > 0, "one service at least"),
  networks: z.record(name, nothing).optional(),
  volumes: z.record(name, nothing).optional(),
});
export type ComposeFile = z.infer<typeof composeSchema>;
export type WrittenService = z.infer<typeof service>;

const units: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Of a text that the schema has let through. */
export function bytesOf(written: string): number {
  const [, digits = "0", unit = "b"] = /^(\d+)([bkmg]?)$/i.exec(written) ?? [];
  return Number(digits) * (units[unit.toLowerCase()] ?? 1);
}

/** Of a text that the schema has let through. */
export function composeMs(written: string): Ms {
  const [, h = "0", m = "0", s = "0", ms = "0"] =
    /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/.exec(written) ?? [];
  return ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000 + Number(ms);
}
