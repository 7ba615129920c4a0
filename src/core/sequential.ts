export type { Sequential } from "../records/plan.ts";
