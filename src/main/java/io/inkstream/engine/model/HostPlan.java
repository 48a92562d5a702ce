package io.inkstream.engine.model;

import io.inkstream.engine.device.Amount;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.graph.WinogradKernel;
import io.inkstream.engine.model.Placement.Part;
import io.inkstream.engine.network.VaeGraphs;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.snapshot.RunWeights;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.Generation;
import io.inkstream.engine.weights.TensorEntry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What of a model is widened into the processor's memory, and what is left in its files.
///
/// @param parts all but the blocks of the transformer
/// @param block a block of the transformer
/// @param residentBlocks blocks that are widened
/// @param blocksAsked whether somebody said how many
public record HostPlan(
    List<HostPart> parts, HostPart block, int blocks, int residentBlocks, boolean blocksAsked) {
  static final String TEXT_ENCODER = "text encoder";
  static final String IMAGE_ENCODER = "image encoder";
  static final String VAE = "vae";
  static final String MODULATIONS = "modulations";
  static final String ENDS = "the transformer's ends";

  // From so many channels at full size on, tiles are faster (perf/edits).
  private static final int TILED_CHANNELS = 64;
  // And up to so many threads: a tenth of the time goes to copies, which one thread makes.
  private static final int TILED_THREADS = 8;

  /// A part of a model.
  ///
  /// @param used `FAST` or `LOW_MEMORY`
  /// @param convolutions how its convolutions are computed
  record HostPart(
      String name,
      List<TensorEntry> weights,
      Precision used,
      boolean asked,
      Convolutions convolutions) {
    long inMemory() {
      return weights.stream().mapToLong(this::inMemory).sum();
    }

    private long inMemory(TensorEntry weight) {
      boolean tiled = convolutions == Convolutions.TILED && VaeGraphs.isTiled(weight);
      return WeightBytes.inMemory(weight) * (tiled ? WinogradKernel.TIMES : 1);
    }

    long stored() {
      return weights.stream().mapToLong(WeightBytes::stored).sum();
    }

    private HostPart with(Convolutions convolutions) {
      return new HostPart(name, weights, used, asked, convolutions);
    }

    boolean stays() {
      return used.equals(Precision.FAST);
    }
  }

  public HostPlan {
    parts = List.copyOf(parts);
  }

  /// The plan for a snapshot.
  ///
  /// @param precision what becomes of weights of which nobody said whether they stay
  public static HostPlan of(QwenImageSnapshot snapshot, Precision precision, Residency asked) {
    return of(snapshot, precision, asked, Runtime.getRuntime().availableProcessors());
  }

  /// The plan for a snapshot that so many threads run.
  static HostPlan of(
      QwenImageSnapshot snapshot, Precision precision, Residency asked, int threads) {
    return new Maker(snapshot, precision, asked, threads).plan();
  }

  private record Maker(
      QwenImageSnapshot snapshot, Precision precision, Residency asked, int threads) {
    HostPlan plan() {
      var weights = new RunWeights(snapshot);
      int blocks = snapshot.transformerConfig().numLayers();
      int resident = resident(blocks);
      var transformer = weights.transformer().toList();
      boolean all = resident == blocks;
      Precision ends = all ? Precision.FAST : Precision.LOW_MEMORY;
      // A third of the weights, which run once a schedule: where the others take less than float32,
      // these are not widened for good.
      boolean small = transformer.stream().anyMatch(entry -> !entry.encoding().beside().isEmpty());
      Precision modulations = small ? Precision.LOW_MEMORY : ends;
      boolean told = asked.transformer().isPresent();
      return new HostPlan(
          List.of(
              part(
                  MODULATIONS,
                  transformer.stream().filter(RunWeights::areOnceASchedule),
                  modulations,
                  told),
              part(ENDS, transformer.stream().filter(RunWeights::areAtAnEnd), ends, told),
              part(TEXT_ENCODER, weights.textEncoder(), asked.textEncoder(), precision),
              part(IMAGE_ENCODER, weights.imageEncoder(), asked.imageEncoder(), precision),
              // Small, and its kernels' last taps must be cut out once, not at every run.
              part(VAE, weights.vae(), asked.vae(), Precision.FAST).with(convolutions())),
          part("block", transformer.stream().filter(RunWeights.areOfBlock(0)), ends, told),
          blocks,
          resident,
          told);
    }

    private Convolutions convolutions() {
      boolean wide =
          snapshot.generation() == Generation.QWEN_IMAGE
              && snapshot.vaeConfig().baseDim() >= TILED_CHANNELS;
      boolean stays = asked.vae().orElse(true);
      return wide && stays && threads <= TILED_THREADS ? Convolutions.TILED : Convolutions.PLAIN;
    }

    /// Blocks that are widened from their files share one session: all of them stay, or none.
    private int resident(int blocks) {
      int otherwise = precision.equals(Precision.FAST) ? blocks : 0;
      int wanted = asked.transformer().map(layers -> layers.of(blocks)).orElse(otherwise);
      return isWidened(snapshot.transformer()) && wanted < blocks ? 0 : wanted;
    }

    private static HostPart part(
        String name, Stream<TensorEntry> weights, Optional<Boolean> stays, Precision otherwise) {
      var used = stays.map(stay -> stay ? Precision.FAST : Precision.LOW_MEMORY).orElse(otherwise);
      return part(name, weights, used, stays.isPresent());
    }

    private static HostPart part(
        String name, Stream<TensorEntry> weights, Precision used, boolean asked) {
      return new HostPart(name, weights.toList(), used, asked, Convolutions.PLAIN);
    }
  }

  /// Whether a network has weights that no graph reads as they are stored: then they are inputs of
  /// its graphs, widened block by block.
  static boolean isWidened(Component network) {
    return !network.isDirect();
  }

  /// How the weights of a part are used.
  Precision used(String name) {
    return part(name).used();
  }

  /// How the VAE computes its convolutions.
  Convolutions convolutions() {
    return part(VAE).convolutions();
  }

  private HostPart part(String name) {
    return parts.stream().filter(part -> part.name().equals(name)).findFirst().orElseThrow();
  }

  /// Memory of the process's own that the weights take.
  public long bytes() {
    return residentBlocks * block.inMemory()
        + parts.stream().filter(HostPart::stays).mapToLong(HostPart::inMemory).sum();
  }

  /// @param device that runs it
  Placement placement(Device device) {
    var others = parts.stream().filter(part -> !part.weights().isEmpty()).map(HostPlan::described);
    var sum = new Part("together", bytes(), "in memory, without what a picture takes");
    return new Placement(
        device.toString(),
        Stream.of(Stream.of(describedBlocks()), others, Stream.of(sum)).flatMap(s -> s).toList());
  }

  private Part describedBlocks() {
    String how =
        residentBlocks == blocks
            ? "all %d in memory".formatted(blocks)
            : "%d of %d in memory, the others left in files".formatted(residentBlocks, blocks);
    long bytes = residentBlocks * block.inMemory() + (blocks - residentBlocks) * block.stored();
    return Part.of("the transformer's blocks", bytes, how, blocksAsked);
  }

  private static Part described(HostPart part) {
    String how = part.stays() ? "in memory" : "left in files";
    long bytes = part.stays() ? part.inMemory() : part.stored();
    return Part.of(part.name(), bytes, how, part.asked());
  }

  /// @param available bytes of memory
  /// @throws DeviceException if the weights do not fit
  void requireFits(OptionalLong available) {
    long most = available.orElse(Long.MAX_VALUE);
    if (bytes() > most) {
      throw new DeviceException(
          ("weights is fast: they take %s of memory, must be at most the %s that are available;"
                  + " low-memory leaves them in their files")
              .formatted(Amount.bytes(bytes()), Amount.bytes(most)));
    }
  }
}
