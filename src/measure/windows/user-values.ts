// What users saw, as the values of the `users.*` names: of one window, or pooled over the baseline.

import { countWords, wordsText } from "../../core/reasons.ts";
import { fewestFor, fewestInWindow, userName, userNameOf } from "../../core/user-probes.ts";
import type { userProbes } from "../../core/user-probes.ts";
import type { Ms } from "../../core/units.ts";
import { median, percentile } from "./percentiles.ts";
import type { Meaning, SettledRequest } from "./requests.ts";
import { between } from "./timeline-view.ts";

type UserProbe = (typeof userProbes)[number];

/** Values by name; one that had too few samples is absent. */
type UserValues = Partial<Record<UserProbe, number>>;

type Stretch = { readonly from: Ms; readonly to: Ms };

/** Looks up what users saw in any stretch; built once for a timeline. */
export interface UserSamples {
  values(stretch: Stretch): Readonly<Record<string, number>>;
  /**
   * The values if every request of it that is undecided had been an error instead of slow; undefined where none is. The
   * truth lies between the two.
   */
  otherwise(stretch: Stretch): Readonly<Record<string, number>> | undefined;
  /** Why a value was not seen in it, or by what words requests failed in it; undefined when there is nothing to say. */
  reason(name: string, stretch: Stretch): string | undefined;
}

/**
 * Values over [from, to): shares are of the requests that settled in it, latencies of those among them that were
 * answered, and `right_share` of the answers complete in it (a late answer is right or wrong only once it is there).
 * `requests` are ordered by settling instant.
 */
export function userValues(requests: readonly SettledRequest[]): UserSamples {
  const answers = requests.flatMap(({ answer }) => answer ?? []).sort((a, b) => a.doneAt - b.doneAt);
  const settledIn = (stretch: Stretch) => between(requests, ({ at }) => at, stretch);
  const valuesOf = (stretch: Stretch, settled: readonly SettledRequest[]): UserValues => {
    const judged = between(answers, ({ doneAt }) => doneAt, stretch);
    const share = (...meanings: Meaning[]): number | undefined =>
      shareOf(settled, (request) => meanings.includes(request.meaning));
    return seenOnly({
      "users.count": settled.length,
      "users.error_share": share("error"),
      "users.slow_share": share("slow"),
      "users.bad_share": share("error", "slow", "wrong"),
      "users.leak_share": shareOf(
        settled.filter(({ leaked }) => leaked !== undefined),
        ({ leaked }) => leaked === true,
      ),
      "users.right_share": shareOf(judged, ({ right }) => right),
      ...latencies(settled.flatMap(({ latencyMs }) => latencyMs ?? [])),
      ...firstTokens(settled.flatMap(({ ttftMs }) => ttftMs ?? [])),
    });
  };
  return {
    values: (stretch) => valuesOf(stretch, settledIn(stretch)),
    otherwise(stretch) {
      const settled = settledIn(stretch);
      return settled.some(({ undecided }) => undecided) ? valuesOf(stretch, settled.map(asError)) : undefined;
    },
    reason(name, stretch) {
      const settled = settledIn(stretch);
      const bad = name === "users.bad_share";
      const words = countWords(settled.flatMap((request) => badWord(request, bad) ?? []));
      if (Object.hasOwn(valuesOf(stretch, settled), name)) {
        return bad || name === "users.error_share" ? wordsText(words, mostTold) || undefined : undefined;
      }
      const floor = fewestFor(name);
      const few = settled.length < floor ? `fewer than ${floor} requests ended` : tooFew(name, settled);
      // Without counts: windows with the same reason are counted where many are listed.
      const commonest = Object.keys(words).slice(0, mostNamed).join(", ");
      return commonest === "" ? few : `${few}, but ${commonest}`;
    },
  };
}

/** What users of several streams saw, by names that say of which; undefined names the default stream. */
export function valuesOfStreams(
  streams: readonly { readonly name: string | undefined; readonly users: UserSamples }[],
): UserSamples {
  type Stream = (typeof streams)[number];
  const named = (valuesOf: (stream: Stream) => Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
    Object.fromEntries(
      streams.flatMap((stream) =>
        Object.entries(valuesOf(stream)).map(([probe, value]) => [userName(probe, stream.name), value] as const),
      ),
    );
  return {
    values: (stretch) => named(({ users }) => users.values(stretch)),
    otherwise(stretch) {
      const others = new Map(streams.map((stream) => [stream, stream.users.otherwise(stretch)]));
      if ([...others.values()].every((other) => other === undefined)) return undefined;
      return named((stream) => others.get(stream) ?? stream.users.values(stretch));
    },
    reason(name, stretch) {
      const asked = userNameOf(name);
      return streams.find((stream) => stream.name === asked?.stream)?.users.reason(asked?.probe ?? name, stretch);
    },
  };
}

/** Most words given for one window with their counts, and most without. */
const [mostTold, mostNamed] = [3, 2];

/** Why a request was an error; with `all`, also that it was slow or wrong. */
function badWord({ meaning, word, undecided, outcome }: SettledRequest, all: boolean): string | undefined {
  if (undecided)
    return outcome === undefined ? "late, and still open" : "late, and open until the fault was taken back";
  if (meaning === "error") return word;
  if (!all || meaning === "good") return undefined;
  return meaning === "slow" ? "slow" : "wrong answer";
}

/** Requests ended, but what the name is about is too rare among them. */
function tooFew(name: string, settled: readonly SettledRequest[]): string {
  const answered = settled.some(({ latencyMs }) => latencyMs !== undefined);
  const floor = answered ? `fewer than ${fewestFor(name)} answers` : "no answer";
  return name.startsWith("users.ttft_") && answered ? `${floor} with a first token` : floor;
}

function asError(request: SettledRequest): SettledRequest {
  if (!request.undecided) return request;
  const { latencyMs: _latency, ttftMs: _ttft, answer: _answer, ...rest } = request;
  return { ...rest, meaning: "error" };
}

function shareOf<T>(items: readonly T[], fits: (item: T) => boolean): number | undefined {
  return items.length < fewestInWindow ? undefined : items.filter(fits).length / items.length;
}

function latencies(samples: readonly Ms[]) {
  return {
    "users.latency_p50": at("users.latency_p50", samples, median),
    "users.latency_p95": at("users.latency_p95", samples, p95),
    "users.latency_p99": at("users.latency_p99", samples, p99),
  };
}

function firstTokens(samples: readonly Ms[]) {
  return {
    "users.ttft_p50": at("users.ttft_p50", samples, median),
    "users.ttft_p95": at("users.ttft_p95", samples, p95),
    "users.ttft_p99": at("users.ttft_p99", samples, p99),
  };
}

const p95 = (samples: readonly Ms[]): Ms | undefined => percentile(samples, 0.95);
const p99 = (samples: readonly Ms[]): Ms | undefined => percentile(samples, 0.99);

function at(name: UserProbe, samples: readonly Ms[], of: typeof p95): Ms | undefined {
  return samples.length < fewestFor(name) ? undefined : of(samples);
}

function seenOnly(values: Record<UserProbe, number | undefined>): UserValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
