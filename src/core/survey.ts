export type {
  MachineSurvey,
  SeenEdge,
  SeenFile,
  SeenPort,
  SeenProcess,
  SeenPublishedFile,
  StackSurvey,
} from "../records/survey.ts";
