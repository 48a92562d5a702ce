package io.inkstream.server.telemetry;

import io.inkstream.server.claims.JobClaims;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/// What the store of jobs looks like, for all servers that share it, and what this one does of it:
/// `inkstream_jobs_backlog`, `_oldest_waiting_seconds`, `_claimed`, `_claims_total` and
/// `_retries_total`, each with the `store`.
public final class JobStoreGauges {
  private JobStoreGauges() {}

  public static void register(MeterRegistry registry, JobClaims claims) {
    gauge(registry, claims, "backlog", jobs -> jobs.backlog().waiting());
    gauge(registry, claims, "claimed", jobs -> jobs.backlog().claimed());
    Gauge.builder(
            "inkstream.jobs.oldest.waiting", claims, j -> j.backlog().oldest().toMillis() / 1000.0)
        .baseUnit("seconds")
        .tag("store", claims.kind())
        .register(registry);
    counter(registry, claims, "claims", JobClaims::claims);
    counter(registry, claims, "retries", JobClaims::retries);
  }

  private static void gauge(
      MeterRegistry registry, JobClaims claims, String name, ToDoubleFunction<JobClaims> value) {
    Gauge.builder("inkstream.jobs." + name, claims, value)
        .tag("store", claims.kind())
        .register(registry);
  }

  private static void counter(
      MeterRegistry registry, JobClaims claims, String name, ToDoubleFunction<JobClaims> value) {
    FunctionCounter.builder("inkstream.jobs." + name, claims, value)
        .tag("store", claims.kind())
        .register(registry);
  }
}
