/** See node-image.mjs. */
import type Docker from "dockerode";
export declare const nodeImage: string;
export declare function provideNode(docker: Docker): Promise<boolean>;
