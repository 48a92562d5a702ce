package io.inkstream.server.config;

import static io.inkstream.server.config.SglangRows.*;

import java.util.List;

/// SGLang's flags for several cards and several processes.
final class SglangCards {
  private static final String ONE_CARD =
      "one device draws a picture; for several cards, a server on each (--device cuda:N) and one"
          + " Redis for their jobs (--job-store redis)";
  private static final String ONE_PROCESS =
      "one process does it all; several share jobs by --job-store redis";

  static final List<SglangRows> ROWS =
      List.of(
          happens(ONE_CARD, "1")
              .one("num-gpus", "nnodes", "tp-size", "sp-degree", "ulysses-degree", "ring-degree")
              .one("kv-gather-degree", "cfg-parallel-size", "data-parallel-size|dp-size|dp")
              .one("hsdp-replicate-dim", "hsdp-shard-dim"),
          happens(ONE_CARD, "false")
              .maybe("enable-cfg-parallel", "use-fsdp-inference", "vae-sp", "enable-nccl-nvls")
              .maybe("enable-sequence-shard"),
          happens(ONE_CARD, "auto", "replicate").one("encoder-parallel"),
          means(" must be one number: " + ONE_CARD, "([0-9]+)", "--device=cuda:$1")
              .some("gpu-ids")
              .one("base-gpu-id"),
          happens(ONE_CARD, "0").one("node-rank"),
          refused(ONE_CARD).one("dist-init-addr"),
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
