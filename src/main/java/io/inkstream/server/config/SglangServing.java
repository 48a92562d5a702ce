package io.inkstream.server.config;

import static io.inkstream.server.config.SglangRows.*;

import java.util.List;

/// SGLang's flags for the server.
final class SglangServing {
  private static final String ONE_PICTURE =
      "a picture is drawn alone, as together they take as long; --max-running-requests draws more"
          + " at once";
  private static final String WARM_UP = "--warmup-resolutions and --warmup-steps say what is drawn";

  static final List<SglangRows> ROWS =
      List.of(
          happens(ONE_PICTURE, "dynamic").one("batching-mode"),
          happens(ONE_PICTURE, "1").one("batching-max-size"),
          happens(ONE_PICTURE, "0", "0.0").one("batching-delay-ms"),
          refused(ONE_PICTURE).one("batching-config"),
          idle("/metrics has them").none("enable-batching-metrics"),
          happens("idle threads of the server sleep", "true").none("sleep-on-idle"),
          idle("the thread that drew a picture encodes it; others keep and send it always")
              .none("async-output-save"),
          happens("metrics are at /metrics always", "true").maybe("enable-metrics"),
          happens("the studio is at / of the server's port", "true", "false").maybe("webui"),
          refused("the studio is at / of the server's --port").one("webui-port"),
          happens("spans go to --otlp-traces-endpoint where it is given", "true")
              .none("enable-trace"),
          happens("requests are in the server's own log, which goes to standard output", "stdout")
              .some("log-requests-target"),
          refused("the variable QUARKUS_OTEL_SERVICE_NAME says it").one("otlp-service-name"),
          refused("--access-log writes all of them").some("uvicorn-access-log-exclude-prefixes"),
          happens("embeddings are remembered by prompt always", "false")
              .none("disable-conditioning-cache"),
          refused("embeddings of the last prompts are remembered, in 64 MB at most")
              .one("conditioning-cache-max-size-mb"),
          happens("no prompt is counted in tokens", "false").none("enable-cache-report"),
          refused("requests have no time limit here; those whose client leaves are cancelled")
              .one("scheduler-rpc-timeout"),
          happens("a picture has one layer", "1").one("warmup-num-frames"),
          refused(WARM_UP).one("warmup-sampling-params"),
          refused("there is no prompt enhancer: prompts are drawn as they are")
              .one("prompt-enhancer-config", "pe-server-url"),
          refused("pictures that requests bring are kept in --output-path while they are needed")
              .one("input-save-path"),
          refused("inkstream generate --prompt-path draws the prompts of a file")
              .one("prompt-file-path"));

  private SglangServing() {}
}
