/** See build.mjs. */
import type Docker from "dockerode";
export declare function buildStack(docker: Docker): Promise<void>;
