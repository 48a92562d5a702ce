package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDecision.Compute;
import io.inkstream.engine.cache.CacheDitKey;
import io.inkstream.engine.cache.CacheForward;
import io.inkstream.engine.cache.CacheStats;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.cache.DBCache;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.cache.ResidualArithmetic;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The forwards of one request on one lane: its modulations, working memory and cache. For one
/// thread.
final class LaneRun implements AutoCloseable {
  private final TransformerParts parts;
  private final RunContext context;
  private final RunShape shape;
  private final Modulations modulations;
  private final Optional<GivenRows> given;
  private final AdapterInputs adapters;
  private final Optional<DBCacheConfig> cacheConfig;
  private final Optional<DeviceArithmetic> arithmetic;
  private final @Nullable DBCache cache;
  private final CancellationSignal signal;
  private final Meeting meeting;
  private final BlockRuns blocks;
  private final Tensor latents;
  private final Velocities velocities;
  private final List<PictureStreams> pictures = new ArrayList<>();
  private @Nullable CacheDecision decision;

  /// @param given rows of given pictures, where these are modulated as of time 0
  private LaneRun(
      TransformerParts parts,
      TransformerSizes sizes,
      RunContext context,
      Meeting meeting,
      Optional<GivenRows> given) {
    this.parts = parts;
    this.context = context;
    this.meeting = meeting;
    this.shape = context.shape();
    this.modulations = context.modulations();
    this.adapters = context.adapters();
    this.signal = context.signal();
    this.given = given;
    this.cacheConfig = shape.cache();
    this.arithmetic = parts.onDevice().map(device -> new DeviceArithmetic(device, signal));
    this.blocks = blocks(parts, sizes, context, meeting);
    this.cache =
        cacheConfig.map(config -> new DBCache(config, shape.branches(), residuals())).orElse(null);
    this.latents = Tensor.zeros(context.imageRows(), sizes.inChannels());
    this.velocities =
        new Velocities(
            parts.onDevice().map(DeviceParts::lastMemory),
            new Shape(context.drawnRows(), sizes.inChannels()));
    // Pictures share one stream unless a decision must wait for all of them.
    int streams = cache == null ? 1 : shape.pictures();
    for (int i = 0; i < streams; i++) {
      pictures.add(
          new PictureStreams(parts.stages(), new Shape(context.imageRows(), sizes.width())));
    }
  }

  private static BlockRuns blocks(
      TransformerParts parts, TransformerSizes sizes, RunContext context, Meeting meeting) {
    return switch (parts.blocks()) {
      case Blocks.Whole whole -> new WholeBlocks(whole);
      case Blocks.Cut cut ->
          new SlicedBlocks(
              cut,
              parts.onDevice().orElseThrow().lastMemory(),
              context.slice(),
              meeting,
              sizes.width());
    };
  }

  private ResidualArithmetic residuals() {
    var own = arithmetic.<ResidualArithmetic>map(found -> found).orElse(ResidualArithmetic.HOST);
    Slice slice = context.slice();
    return slice.count() == 1 ? own : new SummedArithmetic(own, meeting, slice.index());
  }

  /// Begins a request on a lane.
  ///
  /// @param slice which rows are the lane's
  /// @param meeting of the lanes that have the others
  /// @param times what forwards get as time, in [0, 1]
  static LaneRun begin(
      TransformerParts parts,
      TransformerSizes sizes,
      Slice slice,
      Meeting meeting,
      RunShape shape,
      float[] times,
      CancellationSignal signal) {
    AdapterInputs adapters = parts.adapters().take(shape.adapters());
    try {
      boolean zero = sizes.zeroCondT() || parts.conditioning().isOfTimeZero();
      float[] all = zero ? Arrays.copyOf(times, times.length + 1) : times; // zero at the end
      Modulations modulations = parts.modulations().make(all, adapters, signal);
      OptionalInt zeroTime = zero ? OptionalInt.of(times.length) : OptionalInt.empty();
      var context = new RunContext(shape, slice, modulations, zeroTime, adapters, signal);
      return new LaneRun(parts, sizes, context, meeting, given(parts, sizes, context));
    } catch (RuntimeException e) {
      adapters.close();
      throw e;
    }
  }

  private static Optional<GivenRows> given(
      TransformerParts parts, TransformerSizes sizes, RunContext context) {
    return sizes.zeroCondT()
        ? Optional.of(GivenRows.of(context, parts.stages()))
        : Optional.empty();
  }

  int channels() {
    return velocities.channels();
  }

  /// What a forward has given to the device.
  ///
  /// @param velocities of each picture, to be had before the next forward of that branch
  /// @param decision of the cache; empty without one
  record Begun(List<Supplier<float[]>> velocities, Optional<CacheDecision> decision) {}

  /// Prepares the branches of a batch of prompts. The caller closes them.
  ///
  /// @param pictures among the tokens of each prompt
  List<LaneBranch> branches(List<Tensor> embeds, List<GivenPicture> pictures) {
    return parts.conditioning().branches(embeds, pictures, context);
  }

  /// Begins the forward of one branch at one time, of all pictures.
  ///
  /// @param branch for a cache: whose forward it is, the prompts' or the negative prompts'
  /// @param prompts of each picture
  /// @param time index into the times that the run began with
  /// @param tokens of each picture: packed latents `[img, in_channels]`, those of given pictures
  ///   after those to draw, of all lanes
  /// @return the velocities of the lane's rows
  Begun begin(BranchName branch, List<LaneBranch> prompts, int time, List<float[]> tokens) {
    try {
      return forward(branch, prompts, time, tokens);
    } catch (RuntimeException e) {
      meeting.end(e);
      throw e;
    } catch (Error e) {
      meeting.end(new IllegalStateException("another lane has failed: " + e, e));
      throw e;
    }
  }

  private Begun forward(
      BranchName branch, List<LaneBranch> prompts, int time, List<float[]> tokens) {
    if (cache == null) {
      return new Begun(plainForward(branch, prompts, time, tokens), Optional.empty());
    }
    var begun = cachedForward(branch, cache.begin(branch), prompts, time, tokens);
    return new Begun(begun, Optional.ofNullable(decision));
  }

  /// What the cache did so far; empty without a cache.
  Optional<CacheStats> cacheStats() {
    return Optional.ofNullable(cache).map(DBCache::stats);
  }

  private List<Supplier<float[]>> plainForward(
      BranchName branch, List<LaneBranch> prompts, int time, List<float[]> tokens) {
    PictureStreams picture = pictures.getFirst();
    List<Supplier<float[]>> left = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      enter(picture, prompts.get(i), tokens.get(i));
      runBlocks(picture, time, 0, parts.blocks().count());
      left.add(leave(picture, time, velocities.place(branch, i)));
    }
    return left;
  }

  /// The middle blocks wait for a decision over all pictures.
  private List<Supplier<float[]>> cachedForward(
      BranchName branch,
      CacheForward forward,
      List<LaneBranch> prompts,
      int time,
      List<float[]> tokens) {
    DBCacheConfig config = cacheConfig.orElseThrow();
    int blocks = parts.blocks().count();
    int first = config.get(CacheDitKey.FN_COMPUTE_BLOCKS);
    int last = blocks - config.get(CacheDitKey.BN_COMPUTE_BLOCKS);

    for (int i = 0; i < pictures.size(); i++) {
      PictureStreams picture = pictures.get(i);
      enter(picture, prompts.get(i), tokens.get(i));
      picture.image().keep();
      runBlocks(picture, time, 0, first);
      picture.goTo(0);
    }
    decision = forward.decide(all(s -> s.image().kept()), all(s -> s.image().current()));
    if (decision instanceof Compute) {
      for (PictureStreams picture : pictures) {
        picture.image().keep();
        picture.text().ifPresent(Stream::keep);
        runBlocks(picture, time, first, last);
        picture.goTo(0);
      }
      forward.computed(
          all(s -> s.image().kept()),
          all(s -> s.image().current()),
          texts(Stream::kept),
          texts(Stream::current));
    } else {
      forward.reuse(all(s -> s.image().current()), texts(Stream::current));
    }

    List<Supplier<float[]>> left = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      runBlocks(pictures.get(i), time, last, blocks);
      left.add(leave(pictures.get(i), time, velocities.place(branch, i)));
    }
    return left;
  }

  private List<Tensor> all(Function<PictureStreams, Tensor> tensor) {
    return pictures.stream().map(tensor).toList();
  }

  private List<Tensor> texts(Function<Stream, Tensor> tensor) {
    return pictures.stream().flatMap(picture -> picture.text().stream()).map(tensor).toList();
  }

  private void enter(PictureStreams picture, LaneBranch branch, float[] tokens) {
    picture.begin(branch);
    if (context.imageRows() > 0) {
      latents.set(context.slice().image().of(tokens, shape.imageTokens()));
      var inputs = AdapterInputs.joined(Map.of("hidden_states", latents), adapters.imageIn());
      parts.imageIn().run(inputs, Map.of("h", picture.image().next()), signal);
    }
    picture.image().advance();
  }

  private void runBlocks(PictureStreams picture, int time, int from, int to) {
    for (int block = from; block < to; block++) {
      picture.goTo(parts.stages().of(block));
      Tensor modulation = modulations.blocks().get(block).row(time);
      var own = picture.blockInputs(block, modulation);
      if (given.isPresent()) {
        own = given.get().joined(block, own, modulations.blocks().get(block));
      }
      var inputs = AdapterInputs.joined(own, adapters.block(block));
      blocks.run(block, inputs, picture.blockOutputs(), signal);
      picture.advance();
    }
  }

  private Supplier<float[]> leave(PictureStreams picture, int time, Tensor place) {
    picture.image().goTo(parts.stages().last());
    int rows = context.drawnRows();
    if (rows > 0) {
      Tensor drawn = picture.image().current().rows(rows);
      Tensor modulation = modulations.out().row(time);
      Map<String, Tensor> own = Map.of("h", drawn, "modulation_out", modulation);
      var inputs = AdapterInputs.joined(own, adapters.imageOut());
      parts.imageOut().run(inputs, Map.of("sample", place), signal);
    }
    return velocities.at(place);
  }

  /// Waits until no lane reads what [#close] frees. For when none has anything left to do.
  void settle() {
    blocks.settle();
  }

  @Override
  public void close() {
    context.close();
    blocks.close();
    latents.close();
    velocities.close();
    pictures.forEach(PictureStreams::close);
    given.ifPresent(GivenRows::close);
    if (cache != null) {
      cache.close();
    }
    arithmetic.ifPresent(DeviceArithmetic::close);
    parts.onDevice().ifPresent(DeviceParts::settle);
  }
}
