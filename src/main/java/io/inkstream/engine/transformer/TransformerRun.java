package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheStats;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// The forwards of one request, on as many lanes as its model has. For one thread at a time.
public final class TransformerRun implements AutoCloseable {
  private final List<Lane> lanes;
  private final int slices;

  /// @param lanes of the first branch, then those of the second if it has some of its own
  /// @param slices lanes of a branch
  private TransformerRun(List<Lane> lanes, int slices) {
    this.lanes = lanes;
    this.slices = slices;
  }

  static TransformerRun open(List<Supplier<LaneRun>> lanes, int slices, LaneThreads threads) {
    return new TransformerRun(Lane.open(lanes, threads), slices);
  }

  /// Features of a velocity's token.
  public int channels() {
    return lanes.getFirst().run().channels();
  }

  /// Prepares a branch from its prompt's embeddings `[tokens, joint]`. The caller closes it.
  public Branch branch(Tensor embeds) {
    return branches(BranchName.MAIN, List.of(embeds), List.of()).getFirst();
  }

  /// Prepares the branches of a batch of prompts. The caller closes them.
  ///
  /// @param branch whose forwards they are for
  /// @param embeds of each prompt, `[tokens, joint]`
  /// @param pictures among the tokens of each prompt
  public List<Branch> branches(
      BranchName branch, List<Tensor> embeds, List<GivenPicture> pictures) {
    var ours = lanes.size() == 1 ? embeds : embeds.stream().map(TransformerRun::shared).toList();
    var begun =
        lanes(branch).stream()
            .map(lane -> lane.begin(run -> run.branches(ours, pictures)))
            .toList();
    List<List<LaneBranch>> made = new ArrayList<>();
    var failures = new Failures();
    begun.forEach(one -> failures.heard(() -> made.add(one.get()), () -> {}));
    failures.throwAfter(() -> made.stream().flatMap(List::stream).forEach(LaneBranch::close));
    return IntStream.range(0, embeds.size())
        .mapToObj(i -> new Branch(lanes(branch), made.stream().map(lane -> lane.get(i)).toList()))
        .toList();
  }

  // For other threads than the caller's.
  private static Tensor shared(Tensor embeds) {
    return Tensor.shared(embeds.toArray(), embeds.shape().dims());
  }

  private List<Lane> lanes(BranchName branch) {
    int from = branch.ordinal() * slices % lanes.size();
    return lanes.subList(from, from + slices);
  }

  /// What has been begun of one branch at one time.
  ///
  /// @param velocities of each picture: of what is drawn `[drawn, in_channels]`, before guidance;
  ///   to be had before the next forward of that branch
  /// @param decision of the cache; empty without one
  public record Begun(
      List<Supplier<float[]>> velocities, Supplier<Optional<CacheDecision>> decision) {}

  /// The predicted velocities of one branch at one time, of all pictures.
  ///
  /// @param branch whose forward it is, the prompts' or the negative prompts'
  /// @param prompts of each picture
  /// @param time index into the times that the run began with
  /// @param tokens of each picture: packed latents `[img, in_channels]`, those of given pictures
  ///   after those to draw
  /// @return of each picture: the velocity of what is drawn `[drawn, in_channels]`, before guidance
  /// @throws io.inkstream.engine.runtime.CancelledException within one graph node of a cancel
  public List<float[]> forward(
      BranchName branch, List<Branch> prompts, int time, List<float[]> tokens) {
    return begin(branch, prompts, time, tokens).velocities().stream().map(Supplier::get).toList();
  }

  /// The same for who has more to ask of the devices before he waits for it.
  public Begun begin(BranchName branch, List<Branch> prompts, int time, List<float[]> tokens) {
    List<Supplier<LaneRun.Begun>> begun = new ArrayList<>();
    for (Lane lane : lanes(branch)) {
      int slice = begun.size();
      var own = prompts.stream().map(prompt -> prompt.of(slice)).toList();
      begun.add(lane.begin(run -> run.begin(branch, own, time, tokens)));
    }
    List<Supplier<float[]>> velocities = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      int picture = i;
      velocities.add(() -> velocity(begun, picture));
    }
    return new Begun(velocities, () -> begun.getFirst().get().decision());
  }

  /// The rows of all slices, which lie one after the other.
  private static float[] velocity(List<Supplier<LaneRun.Begun>> slices, int picture) {
    List<float[]> rows = new ArrayList<>();
    var failures = new Failures();
    slices.forEach(slice ->
        failures.heard(() -> rows.add(slice.get().velocities().get(picture).get()), () -> {}));
    failures.throwAfter(() -> {});
    return rows.size() == 1 ? rows.getFirst() : joined(rows);
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /// What the cache did so far; empty without a cache.
  public Optional<CacheStats> cacheStats() {
    return lanes(BranchName.MAIN)
        .getFirst()
        .run()
        .cacheStats()
        .map(main -> main.with(lanes(BranchName.CFG).getFirst().run().cacheStats().orElseThrow()));
  }

  @Override
  public void close() {
    Lane.close(lanes);
  }
}
