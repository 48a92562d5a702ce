package io.inkstream.engine.pipeline;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.textencoder.PromptEmbeds;
import io.inkstream.engine.transformer.Branch;
import io.inkstream.engine.transformer.TransformerRun;
import java.util.ArrayList;
import java.util.List;

/// The velocity of every picture at a step: a forward with the prompts and, with guidance, one
/// without.
final class GuidedVelocity implements AutoCloseable {
  private final TransformerRun run;
  private final GenerationRequest request;
  private final List<Branch> cond = new ArrayList<>();
  private final List<Branch> uncond = new ArrayList<>();
  private final List<CacheDecision> decisions = new ArrayList<>();

  /// @param cond embeddings of each prompt
  /// @param uncond embeddings of each negative prompt; none without guidance
  GuidedVelocity(
      TransformerRun run,
      GenerationRequest request,
      List<PromptEmbeds> cond,
      List<PromptEmbeds> uncond) {
    this.run = run;
    this.request = request;
    try {
      cond.forEach(embeds -> this.cond.add(branch(embeds)));
      uncond.forEach(embeds -> this.uncond.add(branch(embeds)));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Branch branch(PromptEmbeds embeds) {
    try (var tensor = embeds.toTensor()) {
      return run.branch(tensor);
    }
  }

  /// The velocities at one step, in the order of the pictures.
  List<float[]> at(int step, List<float[]> latents) {
    decisions.clear();
    List<float[]> velocities = forward(cond, step, latents);
    if (!uncond.isEmpty()) {
      List<float[]> without = forward(uncond, step, latents);
      for (int image = 0; image < velocities.size(); image++) {
        TrueCfg.combine(
            velocities.get(image),
            without.get(image),
            (float) request.guidance().trueCfgScale(),
            run.channels());
      }
    }
    return velocities;
  }

  /// What the cache decided at the last step, of each branch; none without a cache.
  List<CacheDecision> decisions() {
    return List.copyOf(decisions);
  }

  private List<float[]> forward(List<Branch> prompts, int step, List<float[]> latents) {
    List<Branch> branches = new ArrayList<>();
    for (int image = 0; image < latents.size(); image++) {
      branches.add(prompts.get(image / request.draws().imagesPerPrompt()));
    }
    List<float[]> velocities = run.forward(branches, step, latents);
    run.decision().ifPresent(decisions::add);
    return velocities;
  }

  @Override
  public void close() {
    cond.forEach(Branch::close);
    uncond.forEach(Branch::close);
  }
}
