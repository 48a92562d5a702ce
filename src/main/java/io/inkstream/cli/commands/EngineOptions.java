package io.inkstream.cli.commands;

import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import picocli.CommandLine.Option;

/// How the model runs.
final class EngineOptions extends DeviceOptions {
  @Option(
      names = "--weights",
      paramLabel = "MODE",
      description =
          "fast: weights widened in memory; low-memory: left in their files, slower."
              + " Default: ${DEFAULT-VALUE}.")
  private String weights = "fast";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that work on a picture, 0 = one per processor. Default: ${DEFAULT-VALUE}.")
  private int threads = 0;

  @Option(
      names = "--no-spinning",
      description =
          "Idle threads sleep instead of waiting actively: slower, kinder to other programs.")
  private boolean noSpinning;

  Precision precision() {
    try {
      return texts().precision(Precision.named(weights));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("weights", String.valueOf(e.getMessage()));
    }
  }

  RuntimeSettings runtime() {
    try {
      return new RuntimeSettings(threads, !noSpinning, device());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("threads", String.valueOf(e.getMessage()));
    }
  }
}
