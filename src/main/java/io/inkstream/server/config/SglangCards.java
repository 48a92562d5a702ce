package io.inkstream.server.config;

import static io.inkstream.server.config.SglangRows.*;

import java.util.List;

/// SGLang's flags for several cards and several processes.
final class SglangCards {
  private static final String ONE_HOST =
      "one process drives all cards of a host (--num-gpus); for several hosts, a server on each and"
          + " one Redis for their jobs (--job-store redis)";
  private static final String OTHER_DEGREES =
      "cards share replicas, branches, rows and layers: --dp-size, --enable-cfg-parallel,"
          + " --ulysses-degree, --performance-mode memory";
  private static final String ONE_PROCESS =
      "one process does it all; several share jobs by --job-store redis";

  static final List<SglangRows> ROWS =
      List.of(
          happens(ONE_HOST, "1").one("nnodes"),
          happens(OTHER_DEGREES, "1")
              .one("kv-gather-degree", "hsdp-replicate-dim", "hsdp-shard-dim"),
          means(
                  " must be 1 or 2: guidance has two branches",
                  "1",
                  "--enable-cfg-parallel=false",
                  "2",
                  "--enable-cfg-parallel")
              .one("cfg-parallel-size"),
          happens(OTHER_DEGREES, "false")
              .maybe("use-fsdp-inference", "vae-sp", "enable-nccl-nvls")
              .maybe("enable-sequence-shard"),
          happens(OTHER_DEGREES, "auto", "replicate").one("encoder-parallel"),
          means(
                  " must be one number: cards follow each other (--device cuda:N --num-gpus K)",
                  "([0-9]+)",
                  "--device=cuda:$1")
              .some("gpu-ids")
              .one("base-gpu-id"),
          happens(ONE_HOST, "0").one("node-rank"),
          refused(ONE_HOST).one("dist-init-addr"),
          refused("the system binds processes: numactl --cpunodebind=N inkstream …")
              .some("numa-node"),
          idle("there is no other process to wait for or to reach")
              .one("dist-timeout", "scheduler-port", "master-port"),
          happens(ONE_PROCESS, "monolithic").one("disagg-role"),
          refused(ONE_PROCESS)
              .one("disagg-timeout", "disagg-downstream-wait-timeout", "disagg-dispatch-policy")
              .one("disagg-instance-id", "disagg-max-slots-per-instance", "disagg-ib-device")
              .one("disagg-transfer-redundancy", "disagg-role-device", "disagg-transfer-backend")
              .one("disagg-transfer-pool-size", "disagg-transfer-pin-memory")
              .one("disagg-p2p-hostname", "disagg-server-addr", "encoder-urls")
              .one("prompt-encoder-urls", "image-encoder-urls", "denoiser-urls", "decoder-urls")
              .one("encoder-tp", "denoiser-tp", "denoiser-sp", "denoiser-ulysses")
              .one("denoiser-ring", "decoder-sp"),
          refused("text is encoded in this process")
              .one("srt-encoder-url", "srt-encoder-connection-timeout", "srt-encoder-timeout"));

  private SglangCards() {}
}
