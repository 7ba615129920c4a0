// The detectors that several signals share. Each is run once, however many signals it gives.
import { answerDetector } from "../detection/answer-detector.ts";
import { backendDetector } from "../detection/backend-detector.ts";
import { deepProbeDetector } from "../detection/deep-probe-detector.ts";
import { embeddingDetector } from "../detection/embedding-detector.ts";
import { indexDetector } from "../detection/index-detector.ts";
import { ingestionDetector } from "../detection/ingestion-detector.ts";
import { maintenanceDetector } from "../detection/maintenance-detector.ts";
import { metricDetector } from "../detection/metrics/metric-detector.ts";
import { queueDetector } from "../detection/metrics/queue-detector.ts";
import { pulseDetector } from "../detection/pulse-detector.ts";
import { storedTextsDetector } from "../detection/stored-texts-detector.ts";
import { twiceDetector } from "../detection/twice-detector.ts";
import { variabilityDetector } from "../detection/variability-detector.ts";
import { source } from "./signal.ts";

export const backends = source(backendDetector);
export const pulse = source(pulseDetector);
export const answers = source(answerDetector);
export const deepProbe = source(deepProbeDetector);
export const embeddings = source(embeddingDetector);
export const index = source(indexDetector);
export const maintenance = source(maintenanceDetector);
export const metrics = source(metricDetector);
export const queues = source(queueDetector);
export const storedTexts = source(storedTextsDetector);
export const twice = source(twiceDetector);
export const variability = source(variabilityDetector);
export const ingestion = source(ingestionDetector);
