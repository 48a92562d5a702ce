package io.inkstream.cli.serving;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// How a server is asked.
///
/// @param dataset the name of the prompts
/// @param outputs pictures of a prompt, where no profile says another number
/// @param rate requests a second, at random times of that mean; empty: all at once
/// @param concurrency requests that are open at once
/// @param timeout what a request gets, its time in the server's queue included; empty: any time
/// @param slo times of the expected latency that an answer may take; empty: nobody asks
public record ServingPlan(
    Task task,
    String dataset,
    int outputs,
    List<ServingRequest> requests,
    OptionalDouble rate,
    int concurrency,
    WarmUp warmUp,
    Optional<Duration> timeout,
    OptionalDouble slo) {
  public ServingPlan {
    requests = List.copyOf(requests);
  }

  /// Requests before those that count.
  ///
  /// @param steps of each
  public record WarmUp(int requests, int steps) {}

  /// Where a server is.
  ///
  /// @param address without `/v1`
  /// @param model its name if the server does not tell
  /// @param key that it wants
  /// @param patience what it gets to become ready
  public record Target(URI address, String model, Optional<String> key, Duration patience) {}
}
