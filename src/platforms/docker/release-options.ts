// What the container of a release is made with: as the container of before was made, without what that one had of its
// image. An engine shows both as one, and puts the image's own in wherever nothing is asked for.

import type { ContainerCreateOptions } from "dockerode";
import type { ReleaseWhat } from "../../core/container-controls.ts";
import type { SeenContainer } from "./containers.ts";
import { givenNames } from "./names.ts";

/** What an engine shows of a container, or of an image: null where it is empty. */
type Shown = Readonly<Record<string, unknown>>;

/** Never asked for: the release's, the engine's, or what only a build of an image obeys. */
const dropped = ["Image", "Hostname", "OnBuild", "ArgsEscaped"];
/** Taken part by part: the image's parts come beside those that were asked for. */
const inParts = ["Labels", "ExposedPorts", "Volumes", "Healthcheck"];
/** An engine's way to be asked for none, where the image has one. */
const noEntrypoint = [""];

/** `image`: the configuration of the image that the container of before was made of. */
export function releaseOptions(
  container: SeenContainer,
  image: Shown | null,
  { image: to, command, labels }: ReleaseWhat & { readonly labels: Readonly<Record<string, string>> },
): ContainerCreateOptions {
  const { Config, HostConfig, Image: imageId } = container.info;
  const { Hostname } = Config;
  const own = ownOf({ ...Config }, image ?? {});
  const [first] = givenNames(container);
  return {
    ...own,
    Image: to ?? imageId,
    Labels: { ...(own["Labels"] as Readonly<Record<string, string>> | undefined), ...labels },
    ...(command !== undefined && { Cmd: [...command] }),
    // Its own id is what an engine calls a container that was given no name inside.
    ...(!container.id.startsWith(Hostname) && { Hostname }),
    HostConfig,
    ...(first && { NetworkingConfig: { EndpointsConfig: { [first.network]: endpointOf(first) } } }),
  };
}

/** What a container has beyond its image. Exported for its tests. */
export function ownOf(config: Shown, image: Shown): Readonly<Record<string, unknown>> {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    const ofImage = image[name];
    if (dropped.includes(name) || isSame(value, ofImage)) continue;
    if (name === "Env") own[name] = listOf(value).filter((one) => !listOf(ofImage).includes(one));
    else if (inParts.includes(name)) own[name] = partsBeyond(partsOf(value), partsOf(ofImage));
    else own[name] = value;
  }
  // With an entrypoint that was asked for, an image's command counts for nothing: this one was asked for, too.
  if ("Entrypoint" in own) own["Cmd"] = config["Cmd"];
  if (own["Entrypoint"] === null) own["Entrypoint"] = noEntrypoint;
  return own;
}

function partsBeyond(parts: Shown, ofImage: Shown): Shown {
  return Object.fromEntries(Object.entries(parts).filter(([name, part]) => !isSame(part, ofImage[name])));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function partsOf(value: unknown): Shown {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** Null, an empty text and an absent one are all "nothing". */
function isSame(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): unknown => (value === "" ? null : (value ?? null));
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

function endpointOf({ names, fixed }: { readonly names: readonly string[]; readonly fixed?: string }): object {
  return { Aliases: [...names], ...(fixed !== undefined && { IPAMConfig: { IPv4Address: fixed } }) };
}
