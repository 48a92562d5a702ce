package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheStats;
import io.inkstream.engine.cache.CacheSummary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes down what a cache does in one request.
public final class CacheJournal implements StepListener {
  private final List<List<CacheDecision>> steps = new ArrayList<>();
  private @Nullable CacheStats stats;

  @Override
  public void onStep(Step step) {
    if (!step.cache().isEmpty()) {
      steps.add(step.cache());
    }
  }

  @Override
  public void onCacheStats(CacheStats stats) {
    this.stats = stats;
  }

  /// The decisions of each step, of each branch; none without a cache.
  public List<List<CacheDecision>> steps() {
    return Collections.unmodifiableList(steps);
  }

  /// The request in short, when all its steps are made; empty without a cache.
  public Optional<CacheSummary> summary(int transformerBlocks) {
    return Optional.ofNullable(stats)
        .map(made -> {
          int computed = (int) steps.stream().filter(CacheJournal::isComputed).count();
          return new CacheSummary(
              made.name(),
              steps.size() - computed,
              computed,
              made.speedupEstimate(transformerBlocks));
        });
  }

  private static boolean isComputed(List<CacheDecision> branches) {
    return branches.stream().anyMatch(Compute.class::isInstance);
  }
}
