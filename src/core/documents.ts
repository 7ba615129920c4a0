// Documents of our own: written into the target while it is watched, and looked for again afterwards. What the target
// acknowledged and users can no longer find is lost, whatever its counts say.

import type { Written } from "./exact-json.ts";
import type { Ms } from "./units.ts";

/** Where a request goes: one URL, or a path at every replica of a service (then all of them must answer). */
export type DocumentPlace = { readonly url: string } | { readonly service: string; readonly path: string };

/**
 * How the target takes documents, and how one is found the way users would find it. `{id}` and `{text}` are filled in.
 */
export interface DocumentsSpec {
  readonly everyMs: Ms;
  readonly timeoutMs: Ms;
  readonly write: {
    readonly at: DocumentPlace;
    readonly method: "POST" | "PUT";
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Written;
  };
  readonly read: { readonly at: DocumentPlace; readonly headers?: Readonly<Record<string, string>> };
}
