// Templates in target.yaml, filled in for one start.

import { HarnessError } from "../../core/errors.ts";

/** Values of the templates in target.yaml; what is absent may not be used. */
export interface TemplateValues {
  readonly workDir?: string;
  readonly cacheDir?: string;
  readonly token?: string;
  /** Tokens of those who may answer approvals, in the order of `token_envs`. */
  readonly approvers?: readonly string[];
  readonly seed?: number;
  readonly ports?: Readonly<Record<string, number>>;
}

/**
 * Fills `{workDir} {cacheDir} {port:<replica>} {token} {approver} {seed}`; other braces stay. Throws "bad-input" on a
 * missing value.
 */
export function fillTemplate(text: string, values: TemplateValues): string {
  return text.replaceAll(/\{(workDir|cacheDir|token|approver|seed|port:[^}]+)\}/g, (whole, name: string) => {
    const value = name.startsWith("port:") ? values.ports?.[name.slice("port:".length)] : plainValue(name, values);
    if (value === undefined) {
      throw new HarnessError("bad-input", `nothing to fill ${whole} with in ${JSON.stringify(text)}`, {
        hint: "see the list of templates in targets/README.md",
      });
    }
    return String(value);
  });
}

function plainValue(name: string, values: TemplateValues): string | number | undefined {
  if (name === "workDir") return values.workDir;
  if (name === "cacheDir") return values.cacheDir;
  // The first of them: who a journey speaks for.
  if (name === "approver") return values.approvers?.[0];
  return name === "token" ? values.token : values.seed;
}
