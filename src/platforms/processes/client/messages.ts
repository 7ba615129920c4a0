// What a client's process is told and answers, over Node's channel.

import type { ClientPlan, ClientView } from "../../../core/controls.ts";

export type ToClient =
  | { readonly do: "begin"; readonly base: string; readonly plan: ClientPlan }
  | { readonly do: "look" };

export type FromClient = { readonly kind: "up" } | ({ readonly kind: "view" } & ClientView);
