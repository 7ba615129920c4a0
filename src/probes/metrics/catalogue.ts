// What servers of AI stacks export. Made by `npm run generate`: change catalogue.yaml, not this file.

/** One series that speaks for a signal; several of one signal are added up. */
export interface MetricRow {
  readonly signal: string;
  /** Name on the wire; of a histogram its base name. `_total` of a counter may be missing on the wire. */
  readonly series: string;
  readonly type: "gauge" | "counter" | "histogram" | "untyped";
  /** Of the value after scaling. */
  readonly unit: "s" | "ratio" | "count";
  /** Wire value times this is canonical; 1 when absent. */
  readonly scale?: number;
  /** First version of the name; absent: all that were looked at. */
  readonly since?: string;
  /** Last version of the name. */
  readonly upTo?: string;
  /** Regular expressions for whole label values; a label that is absent is the empty text. */
  readonly match?: Readonly<Record<string, string>>;
  readonly unless?: Readonly<Record<string, string>>;
  readonly reduce: "sum" | "max";
  /** Labels that tell the parts (engines, processes) whose values are put together. */
  readonly parts?: readonly string[];
  /** A value may lag behind by this, ms. */
  readonly fresh: number;
  /** What a missing series means; unused: it appears with its first event. */
  readonly absent: "zero" | "unknown" | "unused";
  /** Of a histogram: its _sum was observed, or made up from its buckets. */
  readonly sum?: "observed" | "invented";
  /** Reading it changes it. */
  readonly effects?: true;
  /** Its value when nothing runs; 0 when absent. */
  readonly idle?: number;
  /** What is in it, and what is not. */
  readonly counts?: string;
}

export interface MetricServer {
  readonly server: string;
  /** The version that was looked at. */
  readonly seen: string;
  /** Path of the page; null: there is none. */
  readonly endpoint: string | null;
  readonly port?: number;
  /** What must be so for the page to be there. */
  readonly needs: string;
  /** Answers 401 without a key. */
  readonly key?: true;
  /** What a request of ours can be. */
  readonly request: "chat" | "embeddings" | "none";
  /** Where a request counts whose client went away. */
  readonly givenUp: "nowhere" | "success" | "failure" | "gave-up" | "unknown";
  /** Reading resets values for all readers. */
  readonly oneReader?: true;
  readonly signals: readonly MetricRow[];
}

export const metricCatalogue: readonly MetricServer[] = [
{"server":"vllm","seen":"0.33.0","endpoint":"/metrics","needs":"--disable-log-stats must not be set: it removes every vllm: series","request":"chat","givenUp":"nowhere","signals":[
  {"signal":"running","series":"vllm:num_requests_running","type":"gauge","unit":"count","reduce":"sum","parts":["engine"],"fresh":100,"absent":"unknown","counts":"one series per data-parallel engine: sum over `engine`"},
  {"signal":"waiting","series":"vllm:num_requests_waiting","type":"gauge","unit":"count","reduce":"sum","parts":["engine"],"fresh":100,"absent":"unknown","counts":"includes deferred ones; split in vllm:num_requests_waiting_by_reason{reason=capacity|deferred}"},
  {"signal":"kv-use","series":"vllm:kv_cache_usage_perc","type":"gauge","unit":"ratio","since":"0.11.2","reduce":"max","parts":["engine"],"fresh":100,"absent":"unknown","counts":"named perc, is a ratio"},
  {"signal":"kv-use","series":"vllm:gpu_cache_usage_perc","type":"gauge","unit":"ratio","upTo":"0.8.5","reduce":"max","parts":["engine"],"fresh":100,"absent":"unknown","counts":"named perc, is a ratio; the name before kv_cache_usage_perc"},
  {"signal":"ttft","series":"vllm:time_to_first_token_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","sum":"observed","counts":"observed when the first token comes: silent in a stall; from wall clock"},
  {"signal":"inter-token","series":"vllm:inter_token_latency_seconds","type":"histogram","unit":"s","since":"0.11.2","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","sum":"observed","counts":"per output of an engine step, not per token with speculative decoding"},
  {"signal":"inter-token","series":"vllm:time_per_output_token_seconds","type":"histogram","unit":"s","upTo":"0.11.1","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","sum":"observed","counts":"the name before inter_token_latency_seconds; 0.11.2 has both"},
  {"signal":"e2e","series":"vllm:e2e_request_latency_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","sum":"observed","counts":"finished requests only; not those whose client went away (Python frontend)"},
  {"signal":"queue","series":"vllm:request_queue_time_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","sum":"observed","counts":"observed at the end, of what e2e has; of the engine, not of the frontend before it"},
  {"signal":"prefill","series":"vllm:request_prefill_time_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","sum":"observed","counts":"from the first schedule to the first token; observed at the end"},
  {"signal":"decode","series":"vllm:request_decode_time_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","sum":"observed","counts":"from the first token to the last; observed at the end"},
  {"signal":"preemptions","series":"vllm:num_preemptions_total","type":"counter","unit":"count","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown"},
  {"signal":"success","series":"vllm:request_success_total","type":"counter","unit":"count","match":{"finished_reason":"stop|length|repetition"},"reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","counts":"without match it has every end: stop, length, abort, error, repetition"},
  {"signal":"failure","series":"vllm:request_success_total","type":"counter","unit":"count","match":{"finished_reason":"error"},"reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","counts":"with rejections and 5xx; who gave up is counted nowhere"},
  {"signal":"failure","series":"vllm:admission_rejections_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"zero","counts":"sent away: max_num_queued_reqs, max_num_queued_tokens"},
  {"signal":"failure","series":"http_requests_total","type":"counter","unit":"count","match":{"status":"5xx"},"reduce":"sum","fresh":0,"absent":"zero","counts":"status is grouped: 2xx, 4xx, 5xx"},
  {"signal":"prompt-tokens","series":"vllm:prompt_tokens_total","type":"counter","unit":"count","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","counts":"includes tokens found in the prefix cache (vllm:prompt_tokens_cached_total)"},
  {"signal":"generation-tokens","series":"vllm:generation_tokens_total","type":"counter","unit":"count","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown"},
]},
{"server":"vllm-rust","seen":"0.33.0","endpoint":"/metrics","needs":"VLLM_USE_RUST_FRONTEND=1; always answers as OpenMetrics","request":"chat","givenUp":"gave-up","signals":[
  {"signal":"running","series":"vllm:num_requests_running","type":"gauge","unit":"count","reduce":"sum","parts":["engine"],"fresh":100,"absent":"unknown","counts":"one series per data-parallel engine: sum over `engine`"},
  {"signal":"waiting","series":"vllm:num_requests_waiting","type":"gauge","unit":"count","reduce":"sum","parts":["engine"],"fresh":100,"absent":"unknown","counts":"includes deferred ones; split in vllm:num_requests_waiting_by_reason{reason=capacity|deferred}"},
  {"signal":"kv-use","series":"vllm:kv_cache_usage_perc","type":"gauge","unit":"ratio","reduce":"max","parts":["engine"],"fresh":100,"absent":"unknown","counts":"named perc, is a ratio"},
  {"signal":"ttft","series":"vllm:time_to_first_token_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unused","sum":"observed","counts":"observed when the first token comes: silent in a stall; from wall clock"},
  {"signal":"inter-token","series":"vllm:inter_token_latency_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unused","sum":"observed","counts":"per output of an engine step, not per token with speculative decoding"},
  {"signal":"e2e","series":"vllm:e2e_request_latency_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unused","sum":"observed","counts":"a dropped client stream is recorded, as finished_reason=abort"},
  {"signal":"queue","series":"vllm:request_queue_time_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unused","sum":"observed","counts":"observed at the end, of what e2e has; of the engine, not of the frontend before it"},
  {"signal":"prefill","series":"vllm:request_prefill_time_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unused","sum":"observed","counts":"from the first schedule to the first token; observed at the end"},
  {"signal":"decode","series":"vllm:request_decode_time_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unused","sum":"observed","counts":"from the first token to the last; observed at the end"},
  {"signal":"preemptions","series":"vllm:num_preemptions_total","type":"counter","unit":"count","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unused"},
  {"signal":"success","series":"vllm:request_success_total","type":"counter","unit":"count","match":{"finished_reason":"stop|length|repetition"},"reduce":"sum","parts":["engine"],"fresh":0,"absent":"zero","counts":"without match it has every end; a series appears with its first event"},
  {"signal":"failure","series":"vllm:request_success_total","type":"counter","unit":"count","match":{"finished_reason":"error"},"reduce":"sum","parts":["engine"],"fresh":0,"absent":"zero","counts":"no vllm:admission_rejections_total here; http_requests_total exists"},
  {"signal":"failure","series":"http_requests_total","type":"counter","unit":"count","match":{"status":"5xx"},"reduce":"sum","fresh":0,"absent":"zero","counts":"status is grouped"},
  {"signal":"prompt-tokens","series":"vllm:prompt_tokens_total","type":"counter","unit":"count","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unused","counts":"includes tokens found in the prefix cache (vllm:prompt_tokens_cached_total)"},
  {"signal":"generation-tokens","series":"vllm:generation_tokens_total","type":"counter","unit":"count","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unused"},
  {"signal":"gave-up","series":"vllm:request_success_total","type":"counter","unit":"count","match":{"finished_reason":"abort"},"reduce":"sum","parts":["engine"],"fresh":0,"absent":"zero","counts":"clients that went away"},
]},
{"server":"sglang","seen":"0.5.23","endpoint":"/metrics","needs":"--enable-metrics (off by default)","request":"chat","givenUp":"gave-up","signals":[
  {"signal":"running","series":"sglang:num_running_reqs","type":"gauge","unit":"count","match":{"priority":"|"},"reduce":"sum","fresh":2000,"absent":"unknown","counts":"with priorities, priority=\"\" is the total; renewed every 40 decode steps, idle every 30 s"},
  {"signal":"waiting","series":"sglang:num_queue_reqs","type":"gauge","unit":"count","match":{"priority":"|"},"reduce":"sum","fresh":2000,"absent":"unknown","counts":"with priorities, priority=\"\" is the total; grammar queue apart"},
  {"signal":"kv-use","series":"sglang:token_usage","type":"gauge","unit":"ratio","reduce":"max","fresh":2000,"absent":"unknown","counts":"max over pools; sglang:utilization beside it is never set"},
  {"signal":"ttft","series":"sglang:time_to_first_token_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"first bound 0.1 s: anything faster is one bucket; not for aborted, not on prefill workers"},
  {"signal":"inter-token","series":"sglang:inter_token_latency_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"interval spread evenly over the tokens of a chunk"},
  {"signal":"e2e","series":"sglang:e2e_request_latency_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"aborted requests are in it"},
  {"signal":"preemptions","series":"sglang:num_retracted_requests_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"sglang:num_retracted_reqs is a gauge that each report sets back to 0"},
  {"signal":"success","series":"sglang:num_requests_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"finished requests of any end, aborted ones too"},
  {"signal":"failure","series":"sglang:http_responses_total","type":"counter","unit":"count","match":{"status_code":"5.."},"reduce":"sum","fresh":0,"absent":"zero","counts":"errors of HTTP only: a stream is 200 as soon as it starts"},
  {"signal":"prompt-tokens","series":"sglang:prompt_tokens_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"includes cached ones (sglang:cached_tokens_total{cache_source})"},
  {"signal":"generation-tokens","series":"sglang:generation_tokens_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"jumps when a request ends; live: sglang:realtime_tokens_total{mode=decode}"},
  {"signal":"progress","series":"sglang:realtime_tokens_total","type":"counter","unit":"count","match":{"mode":"decode"},"reduce":"sum","fresh":0,"absent":"zero","counts":"tokens while they are made"},
  {"signal":"gave-up","series":"sglang:num_aborted_requests_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"zero","counts":"abort commands sent: client gone, /abort_request"},
]},
{"server":"lmdeploy","seen":"0.18.0","endpoint":"/metrics","needs":"--disable-metrics must not be set","request":"chat","givenUp":"failure","signals":[
  {"signal":"running","series":"lmdeploy:num_requests_running","type":"gauge","unit":"count","reduce":"sum","parts":["engine"],"fresh":10000,"absent":"unknown"},
  {"signal":"waiting","series":"lmdeploy:num_requests_waiting","type":"gauge","unit":"count","reduce":"sum","parts":["engine"],"fresh":10000,"absent":"unknown","counts":"plus lmdeploy:num_api_requests_waiting in front of the engine"},
  {"signal":"kv-use","series":"lmdeploy:gpu_cache_usage_perc","type":"gauge","unit":"ratio","reduce":"max","parts":["engine"],"fresh":10000,"absent":"unknown","counts":"the name that vLLM dropped; a ratio"},
  {"signal":"ttft","series":"lmdeploy:time_to_first_token_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","sum":"observed","counts":"a value of exactly 0 is not observed"},
  {"signal":"inter-token","series":"lmdeploy:iter_token_latency","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","sum":"observed","counts":"no unit in the name; lmdeploy:time_per_output_token_seconds beside it"},
  {"signal":"e2e","series":"lmdeploy:e2e_request_latency_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","sum":"observed","counts":"finished requests only"},
  {"signal":"success","series":"lmdeploy:request_success_total","type":"counter","unit":"count","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown","counts":"finished_reason=\"ResponseType.FINISH\" is the only value that ever rises"},
  {"signal":"failure","series":"lmdeploy:num_requests_failed","type":"gauge","unit":"count","reduce":"sum","parts":["engine"],"fresh":10000,"absent":"unknown","counts":"a gauge that only grows: cancelled, aborted and errored together"},
  {"signal":"prompt-tokens","series":"lmdeploy:prompt_tokens_total","type":"counter","unit":"count","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown"},
  {"signal":"generation-tokens","series":"lmdeploy:generation_tokens_total","type":"counter","unit":"count","reduce":"sum","parts":["engine"],"fresh":0,"absent":"unknown"},
]},
{"server":"tensorrt-llm","seen":"main at 050f80d (2026); PyPI 1.2.1 is a stub, its wheel is elsewhere","endpoint":"/prometheus/metrics","needs":"return_perf_metrics: true and enable_iter_perf_stats: true; /metrics itself is JSON","request":"chat","givenUp":"unknown","signals":[
  {"signal":"running","series":"trtllm_num_requests_running","type":"gauge","unit":"count","reduce":"sum","parts":["pid"],"fresh":100,"absent":"unknown","counts":"multiprocess registry and no multiprocess_mode: a `pid` label"},
  {"signal":"waiting","series":"trtllm_num_requests_waiting","type":"gauge","unit":"count","reduce":"sum","parts":["pid"],"fresh":100,"absent":"unknown"},
  {"signal":"kv-use","series":"trtllm_kv_cache_utilization","type":"gauge","unit":"ratio","reduce":"max","parts":["pid"],"fresh":100,"absent":"unknown","counts":"used/max blocks"},
  {"signal":"ttft","series":"trtllm_time_to_first_token_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"recorded only when the request has finished"},
  {"signal":"inter-token","series":"trtllm_time_per_output_token_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"per request mean"},
  {"signal":"e2e","series":"trtllm_e2e_request_latency_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"first bound 0.3 s"},
  {"signal":"success","series":"trtllm_request_success_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"any finish reason"},
  {"signal":"failure","series":"trtllm_request_error_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused"},
  {"signal":"prompt-tokens","series":"trtllm_prompt_tokens_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused"},
  {"signal":"generation-tokens","series":"trtllm_generation_tokens_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused"},
  {"signal":"paused","series":"trtllm_num_paused_requests","type":"gauge","unit":"count","reduce":"sum","parts":["pid"],"fresh":100,"absent":"unknown","counts":"now paused, no counter"},
]},
{"server":"ray","seen":"2.60.0","endpoint":"/metrics","needs":"the metrics agent of each node: --metrics-export-port, else a free port at random","request":"chat","givenUp":"unknown","signals":[
  {"signal":"running","series":"ray_vllm_num_requests_running","type":"gauge","unit":"count","reduce":"sum","parts":["engine","ReplicaId"],"fresh":10000,"absent":"unknown","counts":"a dead replica's value stays about 20 s (2 report intervals), then the series vanishes"},
  {"signal":"waiting","series":"ray_vllm_num_requests_waiting","type":"gauge","unit":"count","reduce":"sum","parts":["engine","ReplicaId"],"fresh":10000,"absent":"unknown","counts":"Serve's own: ray_serve_deployment_queued_queries"},
  {"signal":"kv-use","series":"ray_vllm_kv_cache_usage_perc","type":"gauge","unit":"ratio","reduce":"max","parts":["engine","ReplicaId"],"fresh":10000,"absent":"unknown"},
  {"signal":"ttft","series":"ray_vllm_time_to_first_token_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine","ReplicaId"],"fresh":10000,"absent":"unused","sum":"invented","counts":"_sum is bucket counts times bucket middles: use quantiles, never a mean"},
  {"signal":"inter-token","series":"ray_vllm_inter_token_latency_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine","ReplicaId"],"fresh":10000,"absent":"unused","sum":"invented","counts":"_sum is bucket counts times bucket middles"},
  {"signal":"e2e","series":"ray_vllm_e2e_request_latency_seconds","type":"histogram","unit":"s","reduce":"sum","parts":["engine","ReplicaId"],"fresh":10000,"absent":"unused","sum":"invented","counts":"_sum is bucket counts times bucket middles; Serve has ray_serve_deployment_processing_latency_ms in ms"},
  {"signal":"preemptions","series":"ray_vllm_num_preemptions_total","type":"counter","unit":"count","reduce":"sum","parts":["engine","ReplicaId"],"fresh":10000,"absent":"unused"},
  {"signal":"success","series":"ray_vllm_request_success_total","type":"counter","unit":"count","match":{"finished_reason":"stop|length|repetition"},"reduce":"sum","parts":["engine","ReplicaId"],"fresh":10000,"absent":"unused","counts":"without match errors too; a series appears with its first event"},
  {"signal":"failure","series":"ray_serve_deployment_error_counter_total","type":"counter","unit":"count","reduce":"sum","fresh":10000,"absent":"unused","counts":"name as Serve registers it plus _total"},
  {"signal":"prompt-tokens","series":"ray_vllm_prompt_tokens_total","type":"counter","unit":"count","reduce":"sum","parts":["engine","ReplicaId"],"fresh":10000,"absent":"unused"},
  {"signal":"generation-tokens","series":"ray_vllm_generation_tokens_total","type":"counter","unit":"count","reduce":"sum","parts":["engine","ReplicaId"],"fresh":10000,"absent":"unused"},
]},
{"server":"llama.cpp","seen":"0.5.0-dev (in llama-cpp-python 0.3.36)","endpoint":"/metrics","needs":"--metrics, else 501; ?model=NAME on a router loads that model: never ask so","request":"chat","givenUp":"nowhere","oneReader":true,"signals":[
  {"signal":"running","series":"llamacpp:requests_processing","type":"gauge","unit":"count","reduce":"sum","fresh":0,"absent":"unknown","counts":"busy slots"},
  {"signal":"waiting","series":"llamacpp:requests_deferred","type":"gauge","unit":"count","reduce":"sum","fresh":0,"absent":"unknown"},
  {"signal":"prompt-tokens","series":"llamacpp:prompt_tokens_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unknown","counts":"without cached ones (llamacpp:prompt_tokens_cached_total); six significant digits"},
  {"signal":"generation-tokens","series":"llamacpp:tokens_predicted_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unknown","counts":"jumps when a slot ends; six significant digits: steps of 10 above 1e6, of 10,000 above 1e9"},
  {"signal":"progress","series":"llamacpp:n_decode_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unknown","counts":"the only counter that moves while an answer is generated"},
  {"signal":"decode-speed","series":"llamacpp:predicted_tokens_seconds","type":"gauge","unit":"count","reduce":"sum","fresh":0,"absent":"unknown","effects":true,"counts":"tokens a second, whatever the name says; mean since the last read by anybody, then 0"},
]},
{"server":"tgi","seen":"3.3.7 (maintenance mode)","endpoint":"/metrics","needs":"nothing","request":"chat","givenUp":"gave-up","signals":[
  {"signal":"running","series":"tgi_batch_current_size","type":"gauge","unit":"count","reduce":"sum","fresh":0,"absent":"unknown","counts":"requests in the current batch"},
  {"signal":"waiting","series":"tgi_queue_size","type":"gauge","unit":"count","reduce":"sum","fresh":0,"absent":"unknown","counts":"absent until the first request"},
  {"signal":"inter-token","series":"tgi_request_mean_time_per_token_duration","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"inference time / tokens: the prefill is in it"},
  {"signal":"e2e","series":"tgi_request_duration","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"successes only; no unit in the name"},
  {"signal":"success","series":"tgi_request_success","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"no _total; tgi_request_count is all that came"},
  {"signal":"failure","series":"tgi_request_failure","type":"counter","unit":"count","unless":{"err":"dropped"},"reduce":"sum","fresh":0,"absent":"unused","counts":"overloaded, validation, generation, incomplete, template"},
  {"signal":"prompt-tokens","series":"tgi_request_input_length","type":"histogram","unit":"count","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"use _sum"},
  {"signal":"generation-tokens","series":"tgi_request_generated_tokens","type":"histogram","unit":"count","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"use _sum"},
  {"signal":"gave-up","series":"tgi_request_failure","type":"counter","unit":"count","match":{"err":"dropped"},"reduce":"sum","fresh":0,"absent":"zero","counts":"clients that went away"},
]},
{"server":"tei","seen":"1.9.3","endpoint":"/metrics","needs":"nothing","request":"embeddings","givenUp":"failure","signals":[
  {"signal":"waiting","series":"te_queue_size","type":"gauge","unit":"count","reduce":"sum","fresh":0,"absent":"unknown"},
  {"signal":"e2e","series":"te_request_duration","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"one per HTTP request; te_embed_duration one per input"},
  {"signal":"success","series":"te_request_success","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"method=single|batch; te_embed_success counts inputs"},
  {"signal":"failure","series":"te_request_failure","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"overloaded|tokenization|validation|batch_size|inference|model_type|dropped|missing_values"},
  {"signal":"prompt-tokens","series":"te_request_input_length","type":"histogram","unit":"count","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"use _sum"},
]},
{"server":"infinity","seen":"0.0.78","endpoint":"/metrics","needs":"nothing","request":"embeddings","givenUp":"unknown","signals":[
  {"signal":"e2e","series":"http_request_duration_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"three buckets only (0.1, 0.5, 1); http_request_duration_highr_seconds has more and no labels"},
  {"signal":"success","series":"http_requests_total","type":"counter","unit":"count","match":{"status":"2xx"},"unless":{"handler":"/metrics"},"reduce":"sum","fresh":0,"absent":"unused","counts":"status is grouped"},
  {"signal":"failure","series":"http_requests_total","type":"counter","unit":"count","match":{"status":"4xx|5xx"},"reduce":"sum","fresh":0,"absent":"unused"},
]},
{"server":"triton","seen":"2.73.0dev (26.09)","endpoint":"/metrics","port":8002,"needs":"port 8002; the first-response histogram only with --metrics-config histogram_latencies=true","request":"none","givenUp":"failure","signals":[
  {"signal":"waiting","series":"nv_inference_pending_request_count","type":"gauge","unit":"count","reduce":"sum","fresh":0,"absent":"unknown"},
  {"signal":"kv-use","series":"nv_trt_llm_kv_cache_block_metrics","type":"gauge","unit":"ratio","match":{"kv_cache_block_type":"fraction"},"reduce":"max","fresh":0,"absent":"unknown","counts":"TensorRT-LLM backend only"},
  {"signal":"ttft","series":"nv_inference_first_response_histogram_ms","type":"histogram","unit":"s","scale":0.001,"reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"OFF by default although the docs say 'by default'; bounds 100, 500, 2000, 5000 ms"},
  {"signal":"e2e","series":"nv_inference_request_duration_us","type":"counter","unit":"s","scale":0.000001,"reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"a counter of microseconds: no quantiles"},
  {"signal":"success","series":"nv_inference_request_success","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"no _total"},
  {"signal":"failure","series":"nv_inference_request_failure","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"REJECTED|CANCELED|BACKEND|OTHER; an ensemble counts one failed request twice, reason OTHER"},
]},
{"server":"mlc-llm","seen":"snapshot 2026-07-23","endpoint":"/metrics","needs":"nothing; the page is malformed from the first decode on, and is asked through the engine","request":"chat","givenUp":"unknown","signals":[
  {"signal":"ttft","series":"last_finished_request_ttft_s","type":"untyped","unit":"s","reduce":"sum","fresh":0,"absent":"unknown","counts":"of the last finished request only"},
  {"signal":"inter-token","series":"last_finished_request_inter_token_latency_s","type":"untyped","unit":"s","reduce":"sum","fresh":0,"absent":"unknown","counts":"of the last finished request only"},
  {"signal":"e2e","series":"last_finished_request_end_to_end_latency_s","type":"untyped","unit":"s","reduce":"sum","fresh":0,"absent":"unknown","counts":"of the last finished request only"},
  {"signal":"prompt-tokens","series":"prompt_tokens_sum","type":"untyped","unit":"count","reduce":"sum","fresh":0,"absent":"unknown"},
  {"signal":"generation-tokens","series":"completion_tokens_sum","type":"untyped","unit":"count","reduce":"sum","fresh":0,"absent":"unknown"},
]},
{"server":"kserve","seen":"0.21.0","endpoint":"/metrics","needs":"nothing","request":"none","givenUp":"unknown","signals":[
  {"signal":"e2e","series":"request_predict_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"beside request_preprocess_, _postprocess_ and _explain_seconds; bounds up to 10 s"},
]},
{"server":"litellm","seen":"1.110.2","endpoint":"/metrics/","needs":"callbacks: [\"prometheus\"] and a key (401 without); /metrics answers 307","key":true,"request":"chat","givenUp":"success","signals":[
  {"signal":"running","series":"litellm_in_flight_requests","type":"gauge","unit":"count","reduce":"sum","fresh":0,"absent":"unknown","idle":1,"counts":"the scrape itself and health checks are in it: idle is 1"},
  {"signal":"ttft","series":"litellm_llm_api_time_to_first_token_metric","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"streams only; no unit in the name"},
  {"signal":"inter-token","series":"litellm_deployment_latency_per_output_token","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"whole time / tokens"},
  {"signal":"e2e","series":"litellm_request_total_latency_metric","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed"},
  {"signal":"success","series":"litellm_proxy_total_requests_metric_total","type":"counter","unit":"count","match":{"status_code":"200"},"unless":{"route":"/metrics/?"},"reduce":"sum","fresh":0,"absent":"unused","counts":"a stream that the client cut is 200"},
  {"signal":"failure","series":"litellm_proxy_failed_requests_metric_total","type":"counter","unit":"count","unless":{"route":"/metrics/?"},"reduce":"sum","fresh":0,"absent":"unused","counts":"without match refused scrapes are in it"},
  {"signal":"prompt-tokens","series":"litellm_input_tokens_metric_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"estimated with its own tokenizer when the answer has no usage"},
  {"signal":"generation-tokens","series":"litellm_output_tokens_metric_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"estimated with its own tokenizer when the answer has no usage"},
]},
{"server":"xinference","seen":"4.1.0","endpoint":"/metrics","needs":"the worker's own exporter: --metrics-exporter-host and --metrics-exporter-port","request":"chat","givenUp":"unknown","signals":[
  {"signal":"running","series":"xinference:model_serve_count","type":"gauge","unit":"count","reduce":"sum","fresh":0,"absent":"unknown"},
  {"signal":"ttft","series":"xinference:time_to_first_token_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"LLM only"},
  {"signal":"e2e","series":"xinference:model_request_duration_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"for a stream only until the generator is handed over: nearly 0"},
  {"signal":"success","series":"xinference:model_request_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"all requests; success = total - errors"},
  {"signal":"success","series":"xinference:model_request_errors_total","type":"counter","unit":"count","scale":-1,"reduce":"sum","fresh":0,"absent":"zero","counts":"taken from the total, which has all requests"},
  {"signal":"failure","series":"xinference:model_request_errors_total","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"requests over the limit are in it; not errors inside a stream"},
  {"signal":"prompt-tokens","series":"xinference:input_tokens_total_counter","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused"},
  {"signal":"generation-tokens","series":"xinference:output_tokens_total_counter","type":"counter","unit":"count","reduce":"sum","fresh":0,"absent":"unused","counts":"and xinference:generate_tokens_total"},
]},
{"server":"qdrant","seen":"1.19.0","endpoint":"/metrics","port":6333,"needs":"an API key where one is set; names carry service.metrics_prefix","request":"none","givenUp":"unknown","signals":[
  {"signal":"e2e","series":"rest_responses_duration_seconds","type":"histogram","unit":"s","reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"only status 200: slow failures and time-outs have no latency"},
  {"signal":"success","series":"rest_responses_total","type":"counter","unit":"count","match":{"status":"200"},"reduce":"sum","fresh":0,"absent":"unused","counts":"a white list of endpoints only"},
  {"signal":"failure","series":"rest_responses_total","type":"counter","unit":"count","unless":{"status":"200"},"reduce":"sum","fresh":0,"absent":"unused"},
]},
{"server":"weaviate","seen":"1.38.11","endpoint":"/metrics","port":2112,"needs":"PROMETHEUS_MONITORING_ENABLED=true (off by default), port 2112","request":"none","givenUp":"unknown","signals":[
  {"signal":"running","series":"concurrent_queries_count","type":"gauge","unit":"count","reduce":"sum","fresh":0,"absent":"unknown"},
  {"signal":"e2e","series":"queries_durations_ms","type":"histogram","unit":"s","scale":0.001,"reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"other *_durations_ms are summaries; http_request_duration_seconds is in s"},
  {"signal":"success","series":"requests_total","type":"gauge","unit":"count","match":{"status":"ok"},"reduce":"sum","fresh":0,"absent":"unused","counts":"named _total, is a GAUGE"},
  {"signal":"failure","series":"requests_total","type":"gauge","unit":"count","unless":{"status":"ok"},"reduce":"sum","fresh":0,"absent":"unused","counts":"named _total, is a GAUGE; status values not looked at"},
]},
{"server":"milvus","seen":"pkg/v2 v2.6.7-0.20251201","endpoint":"/metrics","port":9091,"needs":"port 9091","request":"none","givenUp":"unknown","signals":[
  {"signal":"e2e","series":"milvus_proxy_sq_latency","type":"histogram","unit":"s","scale":0.001,"reduce":"sum","fresh":0,"absent":"unused","sum":"observed","counts":"no unit in the name; bounds 1 ... 131072 ms; successes only"},
  {"signal":"success","series":"milvus_proxy_req_count","type":"counter","unit":"count","match":{"status":"success"},"reduce":"sum","fresh":0,"absent":"unused","counts":"no _total; status also total"},
  {"signal":"failure","series":"milvus_proxy_req_count","type":"counter","unit":"count","match":{"status":"fail"},"reduce":"sum","fresh":0,"absent":"unused"},
  {"signal":"waiting-time","series":"milvus_querynode_sq_queue_latency","type":"histogram","unit":"s","scale":0.001,"reduce":"sum","fresh":0,"absent":"unused","sum":"observed"},
]},
{"server":"ollama","seen":"v0.17.4 (Go proxy), v0.33.0-rc2 (source snapshot)","endpoint":null,"needs":"no Prometheus endpoint: each answer carries total_duration, prompt_eval_count and eval_count","request":"none","givenUp":"unknown","signals":[
]},
{"server":"llama-cpp-python","seen":"0.3.36","endpoint":null,"needs":"no Prometheus endpoint: no endpoint at all","request":"none","givenUp":"unknown","signals":[
]},
{"server":"chroma","seen":"1.5.9","endpoint":null,"needs":"no Prometheus endpoint: it only pushes by OpenTelemetry","request":"none","givenUp":"unknown","signals":[
]},
{"server":"pgvector","seen":"any","endpoint":null,"needs":"no Prometheus endpoint: no exporter of its own","request":"none","givenUp":"unknown","signals":[
]},
];
