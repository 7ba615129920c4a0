// Rolls versions of a model out and back through the registry that the target publishes, and asks which one answers.

import { isDeepStrictEqual } from "node:util";
import type { ModelsControl } from "../../core/controls.ts";
import { fillJson, fillText, type Row } from "../../core/dataset.ts";
import { HarnessError } from "../../core/errors.ts";
import { exactJsonText, parseExactJson } from "../../core/exact-json.ts";
import { atPointer } from "../../core/json-pointer.ts";
import type { ModelsRequest, ModelsSpec } from "../../core/models.ts";
import type { Json, Ms } from "../../core/units.ts";
import { fetchJson } from "./fetch-json.ts";

/** Replicas may load for a while before a change is answered. */
const changeTimeoutMs: Ms = 15_000;
/** A stack that is busy with another change, or restarts its gateway, is asked again for so long. */
const againWithinMs: Ms = 12_000;

interface Registry {
  /** With its ports filled in. */
  readonly spec: ModelsSpec;
  /** Hosts other than this machine that may be asked. */
  readonly allows: (host: string) => boolean;
  /** The operator's; asked for at each call and never kept. */
  readonly token: () => Promise<string>;
  /** Whether no process of the stack lives. */
  readonly hasEnded: () => Promise<boolean>;
}

/** Throws HarnessError "environment" when the registry does not answer, or not as target.yaml says. */
export function modelsControl({ spec, allows, token, hasEnded }: Registry): ModelsControl {
  const { serving, asked, promote } = spec;
  const send = async ({ url, method, body }: ModelsRequest, row: Row, signal: AbortSignal): Promise<void> => {
    const filled: unknown = JSON.parse(exactJsonText(fillJson(parseExactJson(body), row)));
    const within = { timeoutMs: changeTimeoutMs, againWithinMs };
    const how = { method, body: filled, bearer: await token(), signal, allows, ...within };
    await fetchJson(fillText(url, row, encodeURIComponent), how);
  };
  const control: ModelsControl = {
    async serving(signal) {
      const answer = await fetchJson(serving.url, { bearer: await token(), signal, allows });
      const all = atPointer(answer, serving.pointer);
      if (all === undefined) {
        throw new HarnessError("environment", `${serving.url} has nothing at ${serving.pointer}`, {
          hint: 'see "models" in targets/README.md, section 2',
        });
      }
      const candidate = atPointer(answer, serving.candidate);
      const share = serving.share === undefined ? undefined : atPointer(answer, serving.share);
      return {
        all: all as Json,
        candidate: typeof candidate === "string" ? candidate : undefined,
        share: typeof share === "number" ? share : undefined,
      };
    },
    rollOut: (version, share, signal) => send(spec.rollOut, { version, share }, signal),
    ...(promote && { promote: (version: string, signal: AbortSignal) => send(promote, { version }, signal) }),
    async restore(all, signal) {
      try {
        await send(spec.restore, { serving: all }, signal);
      } catch (error) {
        // Also a change whose answer was not heard may have been made: the registry knows.
        if (!isDeepStrictEqual((await control.serving(signal)).all, all)) throw error;
      }
    },
    hasEnded,
    async answeredBy(signal) {
      const { url, method, body, pointer } = asked;
      const answer = await fetchJson(url, { method, body: JSON.parse(body), signal, allows });
      const version = atPointer(answer, pointer);
      if (typeof version === "string") return version;
      throw new HarnessError("environment", `an answer of ${url} does not say at ${pointer} which version gave it`);
    },
  };
  return control;
}
