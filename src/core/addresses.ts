// Which hosts Rebound may speak to: this machine, and what a target lists. Hosts are read as they are written, so that
// no other spelling of an address (decimal, octal, IPv4 inside IPv6) slips through.

/** This machine by number: where whatever is ours listens, and stacks of processes too. */
export const loopbackHost = "127.0.0.1";
/** This machine by name. */
export const loopbackName = "localhost";

/** Base URL of what listens on a port of this machine, without a slash at the end: the one place that builds it. */
export function loopbackUrl(port: number | string): string {
  return `http://${loopbackHost}:${port}`;
}

/** What a host of target.yaml may be, for people. */
export const allowedHostWords = `an address of this machine (${loopbackHost}, ${loopbackName}, [::1]), or one that \`addresses\` lists`;

/** An IP address as a number, with its family. */
interface Ip {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/**
 * A URL of target.yaml: plain http, host and port ending at / or ? or the end, so that http://127.0.0.1@elsewhere is
 * none.
 */
export const urlPattern =
  /^http:\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(?:\d{1,5}|\{port:[^{}\s]+\}))?(?:[/?]\S*)?$/;
const namePattern = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * Host of a URL of target.yaml as it is written, `[::1]` without brackets; undefined when the URL is none that we take.
 */
export function hostOf(url: string): string | undefined {
  const host = urlPattern.exec(url)?.[1];
  return host?.replace(/^\[(.*)\]$/, "$1").toLowerCase();
}

/**
 * Host of a place as a stack may publish it: a host, with or without a port, `[::1]:80`, or a URL of any scheme.
 * Undefined when it cannot be told for certain which host is meant (a user part, an empty host, a backslash).
 */
export function hostOfPlace(text: string): string | undefined {
  const authority = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/([^/?#]*)/.exec(text)?.[1] ?? text;
  const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?$/.exec(authority)?.[1];
  const bare = /^(?:[0-9A-Fa-f]*:){2,}[0-9A-Fa-f.:]*$/.exec(authority)?.[0];
  const named = /^([A-Za-z0-9._-]+)(?::\d{1,5})?$/.exec(authority)?.[1];
  return (bracketed ?? bare ?? named)?.toLowerCase();
}

/** A text that names a place on some machine, and where in a value it stands. */
interface PlaceIn {
  readonly path: readonly (string | number)[];
  readonly text: string;
  /** Undefined when it cannot be told for certain. */
  readonly host: string | undefined;
}

/** Every text with a scheme (`ws://…`) anywhere in a value. A port that is filled in later is no part of the host. */
export function placesIn(value: unknown, path: PlaceIn["path"] = []): readonly PlaceIn[] {
  if (typeof value === "string") {
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(value)) return [];
    return [{ path, text: value, host: hostOfPlace(value.replaceAll(/\{port:[^{}]*\}/g, "1")) }];
  }
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each, index) => placesIn(each, [...path, index]));
  return Object.entries(value).flatMap(([key, each]) => placesIn(each, [...path, key]));
}

/**
 * Reads an address in its one usual spelling; undefined for every other text, also for one that a browser would accept.
 */
function parseIp(text: string): Ip | undefined {
  const parts = text.split(".");
  if (parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return { bits: 32, value: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) };
  }
  return text.includes(":") ? parseIp6(text) : undefined;
}

function parseIp6(text: string): Ip | undefined {
  if (!/^[0-9a-f:]+$/.test(text) || text.split("::").length > 2) return undefined;
  const [head = "", tail] = text.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...before, ...Array.from({ length: missing }, () => "0"), ...after];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return { bits: 128, value: all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n) };
}

function isLoopbackIp({ bits, value }: Ip): boolean {
  return bits === 32 ? value >> 24n === 127n : value === 1n;
}

/** `localhost`, 127.0.0.0/8 in four decimal numbers, and ::1. */
export function isLoopbackHost(host: string): boolean {
  if (host.toLowerCase() === loopbackName) return true;
  const ip = parseIp(host.toLowerCase());
  return ip !== undefined && isLoopbackIp(ip);
}

/** Addresses that stand for any machine, or hide another one: never allowed, whoever lists them. */
function isDisguise({ bits, value }: Ip): boolean {
  return value === 0n || (bits === 128 && value >> 32n === 0xffffn);
}

/** Why an entry of `addresses:` says nothing, or too much; undefined when it is sound. */
export function badAddress(entry: string): string | undefined {
  const expected = "a host name, an IP address, or a block such as 10.1.0.0/16 (/8 or narrower; IPv6 /32)";
  const [text = "", prefix, ...more] = entry.toLowerCase().split("/");
  const ip = parseIp(text);
  if (ip === undefined) return prefix === undefined && namePattern.test(text) ? undefined : expected;
  if (isDisguise(ip) || more.length > 0) return expected;
  if (prefix === undefined) return undefined;
  const least = ip.bits === 32 ? 8 : 32;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= least && Number(prefix) <= ip.bits ? undefined : expected;
}

/** May Rebound speak to this host, as written? Loopback always; else only what the target lists. */
export function isAllowedHost(host: string, listed: readonly string[]): boolean {
  if (isLoopbackHost(host)) return true;
  const ip = parseIp(host.toLowerCase());
  const sound = listed.filter((entry) => badAddress(entry) === undefined);
  if (ip === undefined) return sound.some((entry) => entry.toLowerCase() === host.toLowerCase());
  return !isDisguise(ip) && sound.some((entry) => covers(entry, ip));
}

function covers(entry: string, ip: Ip): boolean {
  const [text = "", prefix] = entry.toLowerCase().split("/");
  const base = parseIp(text);
  if (base === undefined || base.bits !== ip.bits) return false;
  const rest = BigInt(ip.bits - Number(prefix ?? ip.bits));
  return base.value >> rest === ip.value >> rest;
}
