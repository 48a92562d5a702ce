package io.inkstream.server.studio;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.engine.estimate.DeviceDuty;
import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.estimate.Load;
import io.inkstream.engine.estimate.MemoryModel;
import io.inkstream.engine.estimate.MemoryModel.Sizes;
import io.inkstream.engine.tensor.DType;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A model that somebody may want to deploy, and how large it is. Whatever drawing takes is the
/// engine's own estimate, by which requests are admitted.
///
/// @param path to name it by; absent for the one that comes with the program
/// @param blocks parameters of the transformer's blocks, their modulations aside
/// @param modulations parameters of those, which pass through a card
/// @param textEncoder parameters of the layers that run
/// @param rest parameters of all else that runs: the decoder, the transformer's ends
/// @param drawing what a picture takes by its size
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(Include.NON_NULL)
@RegisterForReflection
@Schema(name = "StudioCheckpoint")
record Checkpoint(
    String name,
    @Nullable String path,
    int transformerBlocks,
    long blocks,
    long modulations,
    long textEncoder,
    long rest,
    List<Drawing> drawing) {

  /// @param side of a square picture, in pixels
  /// @param host bytes at the peak where the processor draws
  /// @param device bytes of a card, where that draws in bf16
  /// @param stage the same of each further card that has some of the blocks
  @RegisterForReflection
  @Schema(name = "StudioDrawing")
  record Drawing(int side, long host, long device, long stage) {}

  private static final int STEPS = 50;
  private static final int VAE_SCALE = 8;

  /// By the tensors of the published files.
  static List<Checkpoint> all() {
    return List.of(
        new Checkpoint(
            "Qwen-Image",
            "Qwen/Qwen-Image",
            60,
            13_590_000_000L,
            6_795_000_000L,
            6_525_000_000L,
            110_000_000L,
            drawing(new Sizes(3072, 60, 64, 3584, 96), List.of(1024, 1328, 2048))),
        new Checkpoint(
            "the pocket model",
            null,
            14,
            12_438_000L,
            6_225_000L,
            2_953_000L,
            4_852_000L,
            drawing(new Sizes(192, 14, 64, 256, 24), List.of(256, 512, 1024))));
  }

  private static List<Drawing> drawing(Sizes sizes, List<Integer> sides) {
    var processor = new MemoryModel.OnProcessor(sizes);
    var card = new MemoryModel.OnDevice(sizes, DType.BF16);
    return sides.stream()
        .map(side -> {
          var load = Load.ofOnePicture(LatentSize.ofPixels(side, side, VAE_SCALE), STEPS);
          return new Drawing(
              side,
              processor.of(load).host(),
              card.of(load).device(),
              card.device(load, new DeviceDuty(1, false, false, false)));
        })
        .toList();
  }
}
