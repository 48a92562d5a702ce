package io.inkstream.cli.serving;

import io.inkstream.cli.serving.ServingPlan.Target;
import io.inkstream.cli.serving.ServingPlan.WarmUp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// SGLang's `bench_serving` for pictures: asks a server of this wire, Inkstream's or SGLang's, and
/// takes the time of each answer.
public final class ServingBench {
  private static final int ARRIVALS_SEED = 42;

  private final ServingPlan plan;
  private final Target target;
  private final Consumer<String> log;
  private final SplittableRandom arrivals = new SplittableRandom(ARRIVALS_SEED);
  private final AtomicInteger ended = new AtomicInteger();

  /// @param log hears a line for each thing that happens
  public ServingBench(ServingPlan plan, Target target, Consumer<String> log) {
    this.plan = plan;
    this.target = target;
    this.log = log;
  }

  /// @throws IOException if the server does not become ready, or no warm-up says what to expect
  public ServingReport run() throws IOException, InterruptedException {
    try (var server = new AskedServer(target)) {
      server.awaitReady();
      String model = server.model();
      Optional<Slo> slo = slo(warmUp(server, model));
      long start = System.nanoTime();
      List<ServingResult> results = askAll(server, model);
      double seconds = (System.nanoTime() - start) / 1e9;
      return new ServingReport(plan, model, seconds, results, slo, server.isHealthy());
    }
  }

  /// One after the other.
  private List<ServingResult> warmUp(AskedServer server, String model) throws InterruptedException {
    WarmUp warmUp = plan.warmUp();
    List<ServingResult> results = new ArrayList<>();
    for (int i = 0; i < warmUp.requests(); i++) {
      var request = plan.requests().get(i % plan.requests().size()).withSteps(warmUp.steps());
      var answer = server.ask(plan.task(), model, request, plan.timeout());
      log.accept("warm-up %d/%d: %s".formatted(i + 1, warmUp.requests(), answer.outcome()));
      results.add(new ServingResult(request, 0, answer));
    }
    return results;
  }

  private Optional<Slo> slo(List<ServingResult> warmUps) throws IOException {
    if (plan.slo().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Slo.of(warmUps, plan.slo().getAsDouble())
            .orElseThrow(
                () -> new IOException("--slo: no warm-up succeeded that says what to expect")));
  }

  private List<ServingResult> askAll(AskedServer server, String model) throws InterruptedException {
    var places = new Semaphore(plan.concurrency(), true);
    List<Future<ServingResult>> asked = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (ServingRequest request : plan.requests()) {
        awaitArrival();
        long arrived = System.nanoTime();
        asked.add(threads.submit(() -> ask(server, model, request, places, arrived)));
      }
    }
    return asked.stream().map(Future::resultNow).toList();
  }

  /// Poisson's process: the times between are exponential.
  private void awaitArrival() throws InterruptedException {
    if (plan.rate().isPresent()) {
      double seconds = -Math.log1p(-arrivals.nextDouble()) / plan.rate().getAsDouble();
      Thread.sleep(Duration.ofNanos((long) (seconds * 1e9)));
    }
  }

  private ServingResult ask(
      AskedServer server, String model, ServingRequest request, Semaphore places, long arrived)
      throws InterruptedException {
    places.acquire();
    try {
      double waited = (System.nanoTime() - arrived) / 1e9;
      var answer = server.ask(plan.task(), model, request, plan.timeout());
      int number = ended.incrementAndGet();
      log.accept("%d/%d: %s".formatted(number, plan.requests().size(), answer.outcome()));
      return new ServingResult(request, waited, answer);
    } finally {
      places.release();
    }
  }
}
