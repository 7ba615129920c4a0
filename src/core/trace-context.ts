// W3C Trace Context, version 00 (https://www.w3.org/TR/trace-context/), of the requests that we send ourselves. The ids
// are worked out and not drawn: by this rule the load gives them, and by this rule anybody finds them again for any
// request of a timeline.
//
// Of the trial's epoch (`epochNs` of its phase `boot`), its seed and the stream's name in target.yaml the text
// `<epochNs> <seed> <stream>` is made. Six words of 32 bits follow: word k (0 to 5) of request n is
// mix(hash32("<k> <text>") + n × 0x9e3779b1), mix being the finalizer of MurmurHash3. Words 0 to 3 are the trace's id,
// 4 and 5 the id of our span; the lowest bit of words 0 and 4 is set, since an id of zeros alone is none.

import { hash32 } from "./random.ts";

/** Ids of one request, in lower-case hex. */
interface TraceIds {
  /** 32 digits. */
  readonly traceId: string;
  /** 16 digits: of our own span, which nobody records; it is the parent of the first one that a service does. */
  readonly spanId: string;
}

/** What tells streams of all trials apart. */
interface TracedStream {
  /** `epochNs` of the trial; empty where there is no trial. */
  readonly trial: string;
  readonly seed: number;
  /** As target.yaml names the stream. */
  readonly stream: string;
}

/** The header's name, as the recommendation writes it. */
const traceparent = "traceparent";

/** A target whose own headers name a context keeps it: ours is then not sent. */
export function namesOwnContext(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === traceparent);
}

/** Works out the ids of a stream's requests by their numbers, from 1 on. */
export function traceIdsOf({ trial, seed, stream }: TracedStream): (id: number) => TraceIds {
  const bases = [0, 1, 2, 3, 4, 5].map((k) => hash32(`${k} ${trial} ${seed} ${stream}`));
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0] = bases;
  return (id) => {
    const step = Math.imul(id, 0x9e3779b1);
    return {
      traceId: hex(mix(b0 + step) | 1) + hex(mix(b1 + step)) + hex(mix(b2 + step)) + hex(mix(b3 + step)),
      spanId: hex(mix(b4 + step) | 1) + hex(mix(b5 + step)),
    };
  };
}

/** The header of one request: version 00, sampled. */
export function traceparentOf({ traceId, spanId }: TraceIds): string {
  return `00-${traceId}-${spanId}-01`;
}

/** The finalizer of MurmurHash3 (A. Appleby, public domain): one to one on 32 bits. */
function mix(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
