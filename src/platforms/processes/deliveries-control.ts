// Brings batches of documents to a folder that the target reads, and calls them back through the target's own API.

import { access, link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DeliveriesControl } from "../../core/controls.ts";
import { fillJson, fillText, readRows } from "../../core/dataset.ts";
import type { DeliveriesSpec } from "../../core/deliveries.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { exactJsonText, parseExactJson } from "../../core/exact-json.ts";
import { atPointer } from "../../core/json-pointer.ts";
import { ifAbsent, openAnew } from "../../lib/fs.ts";
import { ask } from "../../lib/ask.ts";
import { fetchJson } from "../target-http/fetch-json.ts";

const lookTimeoutMs = 3_000;
const longestAnswer = 1024 * 1024;
/** A stack that is busy is asked again for so long, ms. */
const againWithinMs = 10_000;

interface Place {
  /** With its ports and folders filled in. */
  readonly spec: DeliveriesSpec;
  /** `http://host:port` of the replica. */
  readonly base: string;
  readonly allows: (host: string) => boolean;
  /** The operator's; asked for at each call and never kept. */
  readonly token: () => Promise<string>;
  /** Whether no process of the stack lives. */
  readonly hasEnded: () => Promise<boolean>;
}

export function deliveriesControl({ spec, base, allows, token, hasEnded }: Place): DeliveriesControl {
  const { folder, state, withdraw, known } = spec;
  const control: DeliveriesControl = {
    spec,
    async deliver(batch, lines) {
      const file = join(folder, batch);
      const fresh = join(folder, `.${batch}`);
      await mkdir(folder, { recursive: true });
      await writeAnew(fresh, lines.join("\n"));
      try {
        // A link, unlike a renaming, never takes the place of another file.
        await link(fresh, file);
      } catch (cause) {
        throw new HarnessError("environment", `${file} cannot be put down: ${messageOf(cause)}`, { cause });
      } finally {
        await rm(fresh, { force: true });
      }
    },
    ...holdIn(spec),
    lies: async (batch) => (await access(join(folder, batch)).then(() => true, ifAbsent)) === true,
    state: async (batch, signal) => (await control.look(batch, signal))?.state,
    async look(batch, signal) {
      const url = `${base}${state.path.replaceAll("{batch}", encodeURIComponent(batch))}`;
      const asked = await ask(url, { timeoutMs: lookTimeoutMs, longest: longestAnswer, signal, allows });
      if (asked.ok && asked.status === 404) return undefined;
      const said: unknown = asked.ok && asked.status === 200 ? JSON.parse(asked.text) : undefined;
      const found = atPointer(said, state.pointer);
      const changed = state.changed === undefined ? undefined : atPointer(said, state.changed);
      if (typeof found === "string") return { state: found, ...(typeof changed === "number" && { changed }) };
      throw new HarnessError(
        "environment",
        `${url} does not say what became of it: ${asked.ok ? asked.status : asked.says}`,
      );
    },
    async withdraw(batch, signal) {
      const lay = await rm(join(folder, batch)).then(() => true, ifAbsent);
      if (await hasEnded()) return { says: "the stack has ended, and the batch with it", isAsked: false };
      const now = await control.state(batch, signal).catch((error: unknown) =>
        hasEnded().then((ended) => {
          if (!ended) throw error;
          return undefined;
        }),
      );
      if (now === undefined)
        return { says: lay === true ? "removed before it was taken" : "it was never taken", isAsked: false };
      const { method, url, body } = withdraw;
      const filled: unknown = JSON.parse(exactJsonText(fillJson(parseExactJson(body), { batch })));
      const how = { method, body: filled, bearer: await token(), signal, allows, againWithinMs };
      await fetchJson(fillText(url, { batch }, encodeURIComponent), how);
      return { says: `called back, and was ${now}`, isAsked: true };
    },
    async known(whose = "asked") {
      const dataset = whose === "asked" ? known.dataset : known.unasked;
      if (dataset === undefined) return [];
      return fieldOf(dataset, known.field);
    },
    questions: async () => (known.question === undefined ? [] : fieldOf(known.dataset, known.question)),
  };
  return control;
}

/** The folder is the stack's, too: where it laid a link, nothing is written elsewhere. */
async function writeAnew(path: string, text: string): Promise<void> {
  await using file = await openAnew(path);
  await file.writeFile(text);
}

/** What the rows of a JSON Lines file hold there, each text once. */
async function fieldOf(dataset: string, field: string): Promise<readonly string[]> {
  const { rows } = readRows(await readFile(dataset, "utf8"));
  return [...new Set(rows.map(({ row }) => row[field]).filter((text) => typeof text === "string"))];
}

function holdIn({ folder, hold }: DeliveriesSpec): Pick<DeliveriesControl, "hold" | "isHeld" | "renew" | "release"> {
  const file = hold === undefined ? undefined : join(folder, hold);
  const unfinished = (by: string): string => join(folder, `.${by}`);
  const isBy = async (by: string): Promise<boolean> =>
    file !== undefined && (await readFile(file, "utf8").catch(ifAbsent)) === by;
  return {
    async hold(by) {
      if (file === undefined) throw new HarnessError("environment", "the target knows no hold (deliveries.hold)");
      await mkdir(folder, { recursive: true });
      await writeAnew(unfinished(by), by);
      try {
        // It is there with its text or not at all, and never in place of another one.
        await link(unfinished(by), file);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
      } finally {
        await rm(unfinished(by), { force: true });
      }
    },
    async isHeld(by) {
      if (file === undefined) return false;
      return by === undefined ? (await access(file).then(() => true, ifAbsent)) === true : isBy(by);
    },
    async renew(by) {
      const handle = file === undefined ? undefined : await open(file, "r+").catch(ifAbsent);
      if (handle === undefined) return false;
      try {
        // The file that was read, whatever takes its place meanwhile.
        if ((await handle.readFile("utf8")) !== by) return false;
        await handle.utimes(new Date(), new Date());
        return true;
      } finally {
        await handle.close();
      }
    },
    async release(by) {
      if (file === undefined) return;
      await rm(unfinished(by), { force: true });
      // Between look and removal another one could take its place: nothing on the file system rules that out.
      if (await isBy(by)) await rm(file, { force: true });
    },
  };
}
