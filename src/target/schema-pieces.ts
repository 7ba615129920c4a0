// Pieces of target.yaml's schema that several of its parts are made of.

import { z } from "zod";
import { loopbackUrl, urlPattern } from "../core/addresses.ts";

export const variableWords = "the name of an environment variable, such as GATEWAY_PORT";
const urlWords = `a URL on this machine, such as ${loopbackUrl("{port:gateway}")}/ready`;

export const variable = (description: string) =>
  z
    .string(variableWords)
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, variableWords)
    .describe(description);

// Whether the host is this machine, or one that `addresses` lists, is a rule of its own (target-rules.ts).
export const url = (description: string) => z.string(urlWords).regex(urlPattern, urlWords).describe(description);

/** Request headers. */
export const headers = z.record(z.string(), z.string("a text"));
