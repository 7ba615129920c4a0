// What there is at an instant: of the machine before boot and after teardown, of the stack before injection and after
// the way back. Two of them are compared (measure/conduct/residue.ts) to see what a trial left behind.

import { z } from "zod";
import { instance, noun, type Frozen } from "./parts.ts";

const processSchema = noun(
  "SeenProcess",
  "A process by the process table. What the platform cannot tell is null.",
  z.strictObject({
    instance,
    what: z.string().describe("Its command line, shortened, or the name that we know it by."),
    state: z.string().nullable().describe("Letter of proc(5): R S D T …; T is stopped by a signal."),
    nice: z.number().nullable().describe("Its priority."),
    limits: z.string().nullable().describe("`Max open files 1024/4096; …`, soft and hard."),
    cgroup: z.string().nullable().describe("Its control group."),
    ending: z
      .literal(true)
      .describe("It is being ended and runs no more of its program; its last thread has not gone yet. Absent: it runs.")
      .exactOptional(),
  }),
);
export type SeenProcess = Frozen<z.infer<typeof processSchema>>;

const fileSchema = noun(
  "SeenFile",
  "A file.",
  z.strictObject({
    path: z.string().describe("Where it is."),
    size: z.number().describe("Bytes.").meta({ unit: "bytes" }),
    sha256: z.string().describe("Of its content, hex; of a link: of where it leads."),
  }),
);
export type SeenFile = Frozen<z.infer<typeof fileSchema>>;

const portSchema = noun(
  "SeenPort",
  "A TCP port on which something listens.",
  z.strictObject({
    port: z.number().describe("Its number."),
    by: z.string().nullable().describe("Who listens, in the platform's words, where that can be seen."),
  }),
);
export type SeenPort = Frozen<z.infer<typeof portSchema>>;

const unseen = z.array(z.string()).describe("What could not be looked at, and why.");

export const machineSurveySchema = noun(
  "MachineSurvey",
  "The machine, as far as a trial may have changed it.",
  z.strictObject({
    processes: z
      .array(processSchema)
      .describe(
        "Those of the trial: by its marker, session, descent, open work folder, or known from an earlier look.",
      ),
    folders: z.array(z.string()).describe("Work folders that are there."),
    files: z.array(fileSchema).describe("Every file of the cache folder."),
    ports: z.array(portSchema).describe("Before: every port that is listened on; after: those of the trial."),
    unfinished: z.array(z.string()).describe("Entries of the undo log that are not done, in words."),
    unseen,
  }),
);
export type MachineSurvey = Frozen<z.infer<typeof machineSurveySchema>>;

const seenReplicaSchema = noun(
  "SeenReplica",
  "A replica, and whether it lives.",
  z.strictObject({
    service: z.string().describe("Its service."),
    replica: z.string().describe("Its name."),
    instance: instance.nullable().describe("What runs as it, by the inventory; null when nothing does."),
    alive: z.boolean().describe("By the platform, not by the inventory."),
  }),
);

const proxySchema = noun(
  "SeenProxy",
  "The proxy of one edge.",
  z.strictObject({
    listen: z.string().describe("Where it listens."),
    upstream: z.string().describe("Where it leads."),
    enabled: z.boolean().describe("It takes connections."),
    toxics: z
      .array(
        z.strictObject({
          name: z.string().describe("The toxic's name."),
          what: z.string().describe("Type, stream, toxicity and attributes in one line."),
        }),
      )
      .describe("What it does to the traffic."),
  }),
);

const edgeSchema = noun(
  "SeenEdge",
  "An edge between two services, and its proxy.",
  z.strictObject({
    edge: z.string().describe("`gateway→inference-1`."),
    proxy: proxySchema.describe("Absent when the fault proxy has no such proxy.").exactOptional(),
  }),
);
export type SeenEdge = Frozen<z.infer<typeof edgeSchema>>;

const seenPublishedFileSchema = noun(
  "SeenPublishedFile",
  "A file that the stack publishes.",
  fileSchema.extend({
    replica: z.string().describe("Whose it is."),
    role: z.string().describe("What it is for."),
    harmed: z
      .strictObject({
        parts: z.number().describe("Parts that still are as a fault left them."),
        of: z.number().describe("Parts that the fault wrote."),
      })
      .describe("What is left of a fault in it. What the owner wrote meanwhile is not among it."),
  }),
);
export type SeenPublishedFile = Frozen<z.infer<typeof seenPublishedFileSchema>>;

export const stackSurveySchema = noun(
  "StackSurvey",
  "The stack under test, from outside.",
  z.strictObject({
    replicas: z.array(seenReplicaSchema).describe("Every replica of the inventory."),
    processes: z.array(processSchema).describe("Every process of the stack."),
    edges: z.array(edgeSchema).describe("Every edge that leads through the fault proxy."),
    files: z.array(seenPublishedFileSchema).describe("Every file that a replica publishes."),
    unseen,
  }),
);
export type StackSurvey = Frozen<z.infer<typeof stackSurveySchema>>;
