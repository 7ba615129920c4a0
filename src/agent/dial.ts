// Opens the connection to an agent.

import { connect, type TLSSocket } from "node:tls";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import { keyName, tokenVariable, tlsOptions, type AgentPlace } from "./place.ts";
import { placeText } from "../core/host-port.ts";

/** An answer that takes longer than this does not come any more, ms. */
export const answerMs: Ms = 5_000;

/** Throws HarnessError "environment" when nobody is there, or does not take our token. */
export function dial(agent: AgentPlace): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const { host, port, key } = agent;
    const socket = connect({
      ...tlsOptions,
      host,
      port,
      pskCallback: () => ({ psk: key, identity: keyName }),
      // There is no certificate whose name could be checked: who has the key is who is meant.
      checkServerIdentity: () => undefined,
    });
    const timer = setTimeout(() => socket.destroy(new Error(`no answer in ${answerMs} ms`)), answerMs);
    const onError = (error: NodeJS.ErrnoException): void => {
      clearTimeout(timer);
      reject(whyNot(agent, error));
    };
    socket.once("error", onError);
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      socket.off("error", onError);
      resolve(socket);
    });
  });
}

function whyNot(agent: AgentPlace, error: NodeJS.ErrnoException): HarnessError {
  const at = placeText(agent);
  if (error.code?.startsWith("ERR_SSL") === true)
    return new HarnessError("environment", `what answers at ${at} does not take our token`, {
      hint: `export the same ${tokenVariable} here and where \`rebound agent\` runs`,
      cause: error,
    });
  return new HarnessError("environment", `no agent answers at ${at}: ${messageOf(error)}`, {
    hint: `start one there: \`rebound agent --listen ${at}\``,
    cause: error,
  });
}
