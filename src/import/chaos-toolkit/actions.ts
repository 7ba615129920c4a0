// Actions of a method as disturbances. What is not known here is never guessed.

import type { Disturbance } from "../imported.ts";
import { edgeOf, one, serviceOf, type Reader } from "../reader.ts";
import { functionOf } from "./hypothesis.ts";
import type { Provider } from "./shape.ts";
import { field, wordOf } from "../values.ts";

/** A disturbance and what is different of it here, if anything; a wait; or why it is neither. */
export type Became =
  | { readonly disturbance: Disturbance; readonly changed?: string }
  | { readonly why: string }
  | { readonly waitMs: number };

export function disturbanceOf(provider: Provider, reader: Reader): Became {
  if (provider.type === "http") return { why: "what a request does to the stack is not known here" };
  if (provider.type === "process") return endedBy(provider, reader);
  const name = functionOf(provider);
  const args = provider.arguments;
  if (name === "chaosaddons.utils.idle.idle_for") return waited(field(args, "duration"));
  if (name === "chaosk8s.pod.actions.terminate_pods") return endedPods(args, reader);
  if (name === "chaostoxi.toxic.actions.create_latency_toxic") return slowed(args, args, reader);
  if (name === "chaostoxi.toxic.actions.create_toxic") return toxicOf(args, reader);
  if (/^chaostoxi\.toxic\.actions\.delete_toxic$|^chaostoxi\.proxy\.actions\.(?!disable_)/.test(name)) {
    return { why: "setting up and taking back is done here by the run itself" };
  }
  if (name.startsWith("chaosk6.actions.")) return { why: "so many users are no rate: say what comes as load.rate" };
  return { why: `no fault here is like ${name}` };
}

function waited(duration: unknown): Became {
  const seconds = Number(duration);
  return seconds >= 0 ? { waitMs: seconds * 1000 } : { why: "it has no duration in seconds" };
}

function toxicOf(args: unknown, reader: Reader): Became {
  const type = wordOf(field(args, "toxic_type"));
  if (type !== "latency") return { why: `no fault here is like the toxic ${type} on the way back of answers` };
  if ((field(args, "stream") ?? "downstream") !== "downstream") return { why: "only answers are slowed here" };
  if ((field(args, "toxicity") ?? 1) !== 1) return { why: "an edge is slowed for all its connections here" };
  return slowed(args, field(args, "attributes"), reader);
}

function slowed(args: unknown, attributes: unknown, reader: Reader): Became {
  const proxy = wordOf(field(args, "for_proxy"));
  const edge = edgeOf(proxy, reader.asked);
  if (edge === undefined) return { why: `which edge is the proxy ${proxy}? --map ${proxy}=FROM->TO` };
  const [latency, jitter] = [Number(field(attributes, "latency")), Number(field(attributes, "jitter") ?? 0)];
  if (!(latency >= 1) || !(jitter >= 0)) return { why: "it has no latency in milliseconds" };
  const params = { latency: `${latency}ms`, ...(jitter > 0 ? { jitter: `${jitter}ms` } : {}) };
  reader.decide(`How many replicas of ${edge.to} are behind the slow edge: one was taken.`);
  return { disturbance: { fault: "network.latency", on: edge, many: one(edge.to, reader.asked), params } };
}

function endedPods(args: unknown, reader: Reader): Became {
  const word = wordOf(field(args, "label_selector") ?? field(args, "name_pattern"));
  const service = serviceOf(word, reader.asked) ?? serviceOf(word.split("=").at(-1) ?? "", reader.asked);
  if (service === undefined) return { why: `which service is ${word || "every pod"}? --map '${word}=SERVICE'` };
  const qty = Number(field(args, "qty") ?? 1);
  const many = howMany(args, qty, service, reader);
  const changed = "pods may end by themselves first there; here the process is killed at once";
  return { disturbance: { fault: "process.kill", on: { service }, many }, changed };
}

function howMany(args: unknown, qty: number, service: string, { asked }: Reader): Disturbance["many"] {
  if (field(args, "all") === true) return { count: "all" };
  if (field(args, "mode") === "percentage") return { share: qty / 100 };
  return qty === 1 ? one(service, asked) : { count: qty };
}

const signalWord = /^-(?:9|KILL|SIGKILL)$/;

/** Commands that end something: by name alone, never by a number, which is of one run. */
function endedBy({ path: program = "", arguments: args }: Provider, reader: Reader): Became {
  const words = [program.split("/").at(-1) ?? "", ...wordsOf(args)];
  const command = words.join(" ");
  const ended = whatEnds(words);
  if (ended === undefined) return { why: `no commands are run here: ${program}` };
  const service = serviceOf(command, reader.asked) ?? serviceOf(ended.word, reader.asked);
  if (service === undefined) return { why: `which service is ${ended.word}? --map '${ended.word}=SERVICE'` };
  reader.decide(`How many replicas of ${service} are ended: a command does not tell; one was taken.`);
  const gently = ended.gently ? { params: { signal: "SIGTERM" } } : {};
  // An order to the engine is no crash: a restart policy does not repair it.
  const fault = ended.byEngine && reader.asked.target.containers !== undefined ? "container.kill" : "process.kill";
  const disturbance = { fault, on: { service }, many: one(service, reader.asked), ...gently };
  return { disturbance, changed: ended.because };
}

interface Ended {
  readonly word: string;
  readonly because: string;
  readonly gently: boolean;
  readonly byEngine: boolean;
}

function whatEnds(words: readonly string[]): Ended | undefined {
  const [program = "", verb = ""] = words;
  const word = words.slice(1).findLast((one) => !one.startsWith("-")) ?? "";
  const isHard = words.some((one) => signalWord.test(one));
  if (["pkill", "killall", "kill"].includes(program)) {
    return { word, gently: !isHard, byEngine: false, because: "one replica is ended, chosen by the seed" };
  }
  if (program === "docker" && ["kill", "stop"].includes(verb)) {
    const because = "the replica is chosen by the seed, not by its name";
    return { word, gently: verb === "stop", byEngine: true, because };
  }
  if ((program === "systemctl" || program === "pm2") && verb === "stop") {
    const because = `${program} would not start again what it was told to stop; here the process ends as in a crash`;
    return { word, gently: true, byEngine: false, because };
  }
  return undefined;
}

function wordsOf(args: unknown): readonly string[] {
  if (typeof args === "string") return args.split(/\s+/).filter((word) => word !== "");
  if (Array.isArray(args)) return args.flatMap(wordsOf);
  if (args === null || typeof args !== "object") return wordOf(args) === "" ? [] : [wordOf(args)];
  return Object.entries(args).flatMap(([key, value]) => [key, ...wordsOf(value)]);
}
