// Templates → text. Every word goes through Handlebars' escaping; there is no way around it in the templates.

import Handlebars from "handlebars";
import { visible } from "./text.ts";

const engine = Handlebars.create();

/** Makes a template known to all others under a name. */
export function definePartials(partials: Readonly<Record<string, string>>): void {
  for (const [name, source] of Object.entries(partials)) {
    engine.registerPartial(name, engine.compile(source, { strict: true }));
  }
}

/** A template over models; whoever takes it says of which shape. */
export function compiled(source: string): (model: object) => string {
  const template: (model: unknown, options: object) => string = engine.compile(source, { strict: true });
  const options = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };
  return (model) => template(printable(model), options);
}

/** The same model with every text made visible: control characters and direction overrides never reach the page. */
function printable<T>(value: T): T {
  if (typeof value === "string") return visible(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => printable(item)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printable(item)])) as T;
}
