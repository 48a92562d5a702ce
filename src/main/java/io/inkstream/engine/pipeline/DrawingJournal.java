package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheSummary;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.forecast.ForecastSummary;
import io.inkstream.engine.pipeline.DrawingEvent.BegunAgain;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Writes down what one request takes, and what its cache or forecast does.
public final class DrawingJournal implements Consumer<DrawingEvent> {
  private final List<List<CacheDecision>> cacheSteps = new ArrayList<>();
  private final List<ForecastDecision> forecastSteps = new ArrayList<>();
  private TokenCounts tokens = new TokenCounts(0, 0, 0);
  private Optional<CacheUsed> cache = Optional.empty();
  private Optional<ForecastSummary> forecast = Optional.empty();

  @Override
  public void accept(DrawingEvent event) {
    switch (event) {
      case StageBegan _ -> {}
      case PromptsRead(var read) -> tokens = read;
      case StepMade step -> add(step);
      case CacheUsed used -> cache = Optional.of(used);
      case ForecastUsed(var summary) -> forecast = Optional.of(summary);
      case BegunAgain _ -> forget();
    }
  }

  private void forget() {
    cacheSteps.clear();
    forecastSteps.clear();
    cache = Optional.empty();
    forecast = Optional.empty();
  }

  private void add(StepMade step) {
    if (!step.cache().isEmpty()) {
      cacheSteps.add(step.cache());
    }
    step.forecast().ifPresent(forecastSteps::add);
  }

  /// None before the prompts are read.
  public TokenCounts tokens() {
    return tokens;
  }

  /// The cache's decisions of each step, of each branch; none without a cache.
  public List<List<CacheDecision>> cacheSteps() {
    return Collections.unmodifiableList(cacheSteps);
  }

  /// What the cache did in short, when all steps are made; empty without a cache.
  public Optional<CacheSummary> cache() {
    return cache.map(this::summary);
  }

  private CacheSummary summary(CacheUsed used) {
    int computed = (int) cacheSteps.stream().filter(DrawingJournal::isComputed).count();
    return new CacheSummary(
        used.stats().name(),
        cacheSteps.size() - computed,
        computed,
        used.stats().speedupEstimate(used.transformerBlocks()));
  }

  private static boolean isComputed(List<CacheDecision> branches) {
    return branches.stream().anyMatch(Compute.class::isInstance);
  }

  /// The forecast's decision of each step; none without a forecast.
  public List<ForecastDecision> forecastSteps() {
    return Collections.unmodifiableList(forecastSteps);
  }

  /// What the forecast did in short, when all steps are made; empty without a forecast.
  public Optional<ForecastSummary> forecast() {
    return forecast;
  }
}
