// What keeps the healer's cases, out of the environment; a part of config.ts.
import { parsePort, readBase, readText, type Environment } from "./variables.ts";

/** What keeps the healer's cases: its own file, or a Restate server that calls it back at `port`. */
export type EngineChoice =
  | { readonly kind: "sqlite" }
  | {
      readonly kind: "restate";
      /** Base addresses of the server's ingress and of its admin API. */
      readonly server: { readonly ingress: string; readonly admin: string };
      readonly port: number;
      /** Tells stacks apart that share a server. */
      readonly realm: string;
    };

export function readEngine(env: Environment): EngineChoice {
  const kind = readText(env, "STACK_HEALER_ENGINE") ?? "sqlite";
  if (kind === "sqlite") return { kind };
  if (kind !== "restate") throw new Error(`STACK_HEALER_ENGINE is ${JSON.stringify(kind)}; expected sqlite or restate`);
  const portText = readText(env, "STACK_HEALER_ENGINE_PORT") ?? "7442";
  const realm = readText(env, "STACK_RESTATE_REALM") ?? "reference-ai-stack";
  if (!/^[a-z0-9-]+$/.test(realm)) {
    throw new Error(`STACK_RESTATE_REALM is ${JSON.stringify(realm)}; expected small letters, digits and -`);
  }
  return {
    kind,
    server: {
      ingress: readBase(env, "STACK_RESTATE_INGRESS_URL", "http://127.0.0.1:8080"),
      admin: readBase(env, "STACK_RESTATE_ADMIN_URL", "http://127.0.0.1:9070"),
    },
    port: parsePort("STACK_HEALER_ENGINE_PORT", portText, portText),
    realm,
  };
}
