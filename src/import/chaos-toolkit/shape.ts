// What an experiment of Chaos Toolkit (library 1.45) may hold. The tool passes over keys that it does not know, so that
// a misspelt `steady-state-hypothesis` judges nothing and a misspelt `rollbacks` takes nothing back: here they are
// mistakes.

import { z } from "zod";

const anything = z.unknown().optional();
const names = z.union([z.array(z.string()), z.string(), z.record(z.string(), z.unknown())]).optional();

const provider = z.strictObject({
  type: z.enum(["python", "http", "process"], "python, http or process"),
  module: z.string("a Python module").optional(),
  func: z.string("a function of the module").optional(),
  arguments: anything,
  path: z.string("the path of a program").optional(),
  url: z.string("a URL").optional(),
  method: z.string("a method of HTTP").optional(),
  headers: anything,
  timeout: anything,
  verify_tls: anything,
  max_retries: anything,
  expected_status: anything,
  secrets: names,
  configuration: anything,
});

const seconds = z.union([z.number(), z.string()], "seconds, or a variable").optional();

const activity = z.strictObject({
  type: z.enum(["probe", "action"], "probe or action").optional(),
  name: z.string("a name").optional(),
  ref: z.string("the name of an activity").optional(),
  provider: provider.optional(),
  tolerance: anything,
  pauses: z.looseObject({ before: seconds, after: seconds }, "before and after, in seconds").optional(),
  background: z.union([z.boolean(), z.string()], "true or false").optional(),
  timeout: anything,
  controls: anything,
  dry: anything,
  secrets: names,
  configuration: anything,
});

export const experimentSchema = z.strictObject({
  version: anything,
  title: z.string("a text: every experiment has one").min(1, "a text: every experiment has one"),
  description: z.string("a text: every experiment has one"),
  tags: z.array(z.string("a text"), "a list of texts").optional(),
  contributions: anything,
  extensions: z.array(z.unknown(), "a list").optional(),
  dry: anything,
  runtime: z.looseObject({}, "a map").optional(),
  configuration: z.record(z.string(), z.unknown(), "a map of names to values").optional(),
  secrets: z.record(z.string(), z.unknown(), "a map of groups").optional(),
  controls: z.array(z.unknown(), "a list").optional(),
  "steady-state-hypothesis": z
    .strictObject({
      title: z.string("a text").optional(),
      probes: z.array(activity, "a list of probes").optional(),
      controls: anything,
    })
    .optional(),
  method: z.array(activity, "a list of activities"),
  rollbacks: z.array(activity, "a list of activities").optional(),
});

export type Experiment = z.infer<typeof experimentSchema>;
export type Activity = z.infer<typeof activity>;
export type Provider = z.infer<typeof provider>;
