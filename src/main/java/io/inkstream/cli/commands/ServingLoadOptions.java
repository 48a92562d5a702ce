package io.inkstream.cli.commands;

import io.inkstream.cli.serving.ServingPlan;
import io.inkstream.cli.serving.ServingPlan.WarmUp;
import io.inkstream.cli.serving.ServingRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/// How hard `bench serving` asks.
final class ServingLoadOptions {
  @Option(
      names = "--max-concurrency",
      paramLabel = "N",
      description = "Requests that are open at once (default 1).")
  private int concurrency = 1;

  @Option(
      names = "--request-rate",
      paramLabel = "NUMBER",
      description = "Requests a second, at random times (default inf, all at once).")
  private double rate = Double.POSITIVE_INFINITY;

  @Option(
      names = "--warmup-requests",
      paramLabel = "N",
      description = "Requests that do not count, first (default 1).")
  private int warmUps = 1;

  @Option(
      names = "--warmup-inference-steps",
      paramLabel = "N",
      description = "Steps of each of them (default 1).")
  private int warmUpSteps = 1;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "What a request gets, its time in the queue included (default 0, any time).")
  private double timeout;

  @Option(names = "--slo", description = "Counts the answers that took what warm-ups let expect.")
  private boolean slo;

  @Option(
      names = "--slo-scale",
      paramLabel = "NUMBER",
      description = "Times that they may take (default 3).")
  private double sloScale = 3;

  ServingPlan plan(ServingDataOptions data, OptionCheck check) throws IOException {
    check(check);
    List<ServingRequest> requests = data.requests(check);
    if (slo && !requests.stream().allMatch(ServingRequest::isSized)) {
      throw check.refused(
          "--slo needs --width, --height and --num-inference-steps, or profiles with them: the"
              + " time to expect depends on them");
    }
    return new ServingPlan(
        data.task(check),
        data.dataset(),
        data.outputs(),
        requests,
        Double.isInfinite(rate) ? OptionalDouble.empty() : OptionalDouble.of(rate),
        concurrency,
        new WarmUp(warmUps, warmUpSteps),
        timeout > 0 ? Optional.of(Duration.ofNanos((long) (timeout * 1e9))) : Optional.empty(),
        slo ? OptionalDouble.of(sloScale) : OptionalDouble.empty());
  }

  private void check(OptionCheck check) {
    check.atLeast("--max-concurrency", concurrency, 1);
    check.require(rate > 0, "--request-rate", rate, "a number above 0, or inf");
    check.atLeast("--warmup-requests", warmUps, slo ? 1 : 0);
    check.atLeast("--warmup-inference-steps", warmUpSteps, 1);
    check.require(timeout >= 0, "--timeout", timeout, "0 or more");
    check.require(sloScale > 0, "--slo-scale", sloScale, "a number above 0");
  }
}
