// A container that does nothing and has names in a network: whoever calls them comes to where we listen. It is made of
// the image of the container whose names it takes, so that none has to be there for it, with a program of ours in it.

import { HarnessError } from "../../core/errors.ts";
import { markerLabel } from "./containers.ts";
import type { Engine } from "./engine.ts";
import { networkFileOf } from "./main-process.ts";

const program = "/.hold";
const memoryBytes = 16 * 1024 ** 2;

/** Names in one network. */
export interface NetworkNames {
  readonly network: string;
  readonly names: readonly string[];
  /** An address that it was given, and has not only by chance. */
  readonly fixed?: string;
}

interface HolderPlan {
  readonly name: string;
  readonly image: string;
  readonly marker: string;
  readonly networks: readonly NetworkNames[];
}

export interface Holder {
  readonly id: string;
  /** The file of its network on this machine. */
  readonly network: string;
}

/** Runs when it is there. Throws HarnessError "environment" where there is no program for the machine. */
export async function startHolder({ docker }: Engine, plan: HolderPlan): Promise<Holder> {
  const { name, image, marker, networks } = plan;
  const [first] = networks;
  if (first === undefined) throw new HarnessError("environment", `${name}: the container is in no network`);
  if (process.arch !== "x64") {
    throw new HarnessError("environment", `edges on docker need an x64 machine, and this is ${process.arch}`);
  }
  const container = await docker.createContainer({
    name,
    Image: image,
    Entrypoint: [program],
    Cmd: [],
    User: "0",
    WorkingDir: "/",
    Labels: { [markerLabel]: marker },
    Healthcheck: { Test: ["NONE"] },
    HostConfig: { NetworkMode: first.network, Memory: memoryBytes, RestartPolicy: { Name: "no" } },
    NetworkingConfig: { EndpointsConfig: { [first.network]: { Aliases: [...first.names] } } },
  });
  await container.putArchive(tarOf(program.slice(1), waitingProgram()), { path: "/" });
  await container.start();
  for (const more of networks.slice(1)) await join({ docker }, container.id, more);
  const info = await container.inspect();
  if (!info.State.Running) throw new HarnessError("environment", `${name} ended at its start: ${info.State.Error}`);
  return { id: container.id, network: networkFileOf(info) };
}

/** Gives the container those names in that network. */
export async function join({ docker }: Pick<Engine, "docker">, id: string, how: NetworkNames): Promise<void> {
  const { network, names, fixed } = how;
  const EndpointConfig = { Aliases: [...names], ...(fixed !== undefined && { IPAMConfig: { IPv4Address: fixed } }) };
  await docker.getNetwork(network).connect({ Container: id, EndpointConfig });
}

/** A Linux program for x64 that waits for signals and does nothing else: `pause()` again and again. */
function waitingProgram(): Buffer {
  const code = Buffer.from([0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7]);
  const [headers, base] = [120, 0x400000n];
  const file = Buffer.alloc(headers + code.length);
  // The header of the file, then of its one segment, which is the whole file.
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(62, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(base + BigInt(headers), 24);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(5, 68);
  file.writeBigUInt64LE(base, 80);
  file.writeBigUInt64LE(base, 88);
  file.writeBigUInt64LE(BigInt(file.length), 96);
  file.writeBigUInt64LE(BigInt(file.length), 104);
  file.writeBigUInt64LE(0x1000n, 112);
  file.set(code, headers);
  return file;
}

/** One executable file of root's as a tar archive. */
function tarOf(path: string, bytes: Buffer): Buffer {
  const block = 512;
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, digits: number): void =>
    void header.write(`${value.toString(8).padStart(digits, "0")}\0`, at);
  header.write(path, 0);
  octal(0o755, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(bytes.length, 124, 11);
  octal(0, 136, 11);
  header.write("        ", 148);
  header.write("0ustar\u000000", 156);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  return Buffer.concat([header, bytes, Buffer.alloc(block - (bytes.length % block)), Buffer.alloc(2 * block)]);
}
