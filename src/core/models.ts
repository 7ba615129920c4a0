// How versions of a model are rolled out in a target, by the target's own API.

/** One request: `body` is JSON text in which templates are filled in. */
export interface ModelsRequest {
  readonly method: "POST" | "PUT";
  readonly url: string;
  readonly body: string;
}

/** What target.yaml says of it; the operator's token is sent with all of these but `asked`. */
export interface ModelsSpec {
  /** The service whose replicas answer by a version. */
  readonly service: string;
  /**
   * GET: all that decides which version answers, at `pointer`; the version being rolled out, at `candidate`, and its
   * share of the requests, at `share`; absent: it is not published.
   */
  readonly serving: {
    readonly url: string;
    readonly pointer: string;
    readonly candidate: string;
    readonly share?: string;
  };
  /** `{version}` and `{share}` are filled in. */
  readonly rollOut: ModelsRequest;
  /** `{version}` is filled in: the version that is being rolled out answers all from then on. Absent: not offered. */
  readonly promote?: ModelsRequest;
  /** `{serving}` is filled in: exactly that is served again. */
  readonly restore: ModelsRequest;
  /** A request as a user sends it; the version that answered stands at `pointer` of the answer. */
  readonly asked: ModelsRequest & { readonly pointer: string };
}
