package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.textencoder.PromptEmbeds;
import io.inkstream.engine.transformer.Branch;
import io.inkstream.engine.transformer.TransformerRun;
import io.inkstream.engine.transformer.TransformerRun.Begun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The velocity of every picture at a noise level: a forward with the prompts and, with guidance,
/// one without.
final class GuidedVelocity implements AutoCloseable {
  private final TransformerRun run;
  private final TrueCfg guidance;
  private final float[] levels;
  private final AdmittedRequest admitted;
  private final Conditions conditions;
  private final List<Branch> cond = new ArrayList<>();
  private final List<Branch> uncond = new ArrayList<>();
  private final List<CacheDecision> decisions = new ArrayList<>();

  /// @param levels the noise levels of the times that the run began with
  GuidedVelocity(
      TransformerRun run,
      TrueCfg guidance,
      float[] levels,
      AdmittedRequest admitted,
      Prompts prompts,
      Conditions conditions) {
    this.run = run;
    this.guidance = guidance;
    this.levels = levels;
    this.admitted = admitted;
    this.conditions = conditions;
    try {
      this.cond.addAll(branches(BranchName.MAIN, prompts.cond()));
      this.uncond.addAll(branches(BranchName.CFG, prompts.uncond()));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private List<Branch> branches(BranchName branch, List<PromptEmbeds> batch) {
    List<Tensor> embeds = batch.stream().map(PromptEmbeds::toTensor).toList();
    try {
      return embeds.isEmpty() ? List.of() : run.branches(branch, embeds, conditions.before());
    } finally {
      embeds.forEach(Tensor::close);
    }
  }

  /// The velocities at one noise level, in the order of the pictures.
  ///
  /// @throws IllegalArgumentException if it is none of the levels
  List<float[]> at(float sigma, List<float[]> latents) {
    decisions.clear();
    int time = time(sigma);
    var with = begin(BranchName.MAIN, cond, time, latents);
    var without =
        uncond.isEmpty()
            ? Optional.<Begun>empty()
            : Optional.of(begin(BranchName.CFG, uncond, time, latents));
    List<float[]> velocities = new ArrayList<>();
    for (int image = 0; image < latents.size(); image++) {
      float[] velocity = with.velocities().get(image).get();
      if (without.isPresent()) {
        combine(velocity, without.get().velocities().get(image).get());
      }
      velocities.add(velocity);
    }
    with.decision().get().ifPresent(decisions::add);
    without.flatMap(begun -> begun.decision().get()).ifPresent(decisions::add);
    return velocities;
  }

  private void combine(float[] velocity, float[] without) {
    float scale = (float) admitted.request().guidance().trueCfgScale();
    guidance.combine(velocity, without, scale, run.channels());
  }

  private int time(float sigma) {
    for (int time = 0; time < levels.length; time++) {
      if (levels[time] == sigma) {
        return time;
      }
    }
    throw new IllegalArgumentException(
        "sigma is %s, must be one of the sampler's %d evaluations".formatted(sigma, levels.length));
  }

  /// What the cache decided the last time, of each branch; none without a cache.
  List<CacheDecision> decisions() {
    return List.copyOf(decisions);
  }

  private Begun begin(BranchName branch, List<Branch> prompts, int time, List<float[]> latents) {
    List<Branch> promptOfEach = new ArrayList<>();
    for (int image = 0; image < latents.size(); image++) {
      promptOfEach.add(prompts.get(admitted.promptIndex(image)));
    }
    return run.begin(branch, promptOfEach, time, tokens(latents));
  }

  /// The latents, and after them those of the given pictures.
  private List<float[]> tokens(List<float[]> latents) {
    return conditions.beside().length == 0
        ? latents
        : latents.stream().map(this::withConditions).toList();
  }

  private float[] withConditions(float[] latents) {
    float[] beside = conditions.beside();
    float[] all = Arrays.copyOf(latents, latents.length + beside.length);
    System.arraycopy(beside, 0, all, latents.length, beside.length);
    return all;
  }

  @Override
  public void close() {
    cond.forEach(Branch::close);
    uncond.forEach(Branch::close);
  }
}
