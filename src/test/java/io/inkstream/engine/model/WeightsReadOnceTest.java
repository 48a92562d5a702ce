package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.EditSettings;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Weights of blocks come from their files to one device, and from there to the others.
class WeightsReadOnceTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final Path POCKET = Path.of("src/main/models/qwen-image-pocket");
  private static final int FIRST = 540;
  private static final int BLOCKS = 10;
  private static final int POCKETS_BLOCKS = 14;

  private final List<DeviceRuntime> devices =
      IntStream.range(FIRST, FIRST + 3)
          .mapToObj(ordinal -> EmulatedDevice.runtime(ordinal).onDevice().orElseThrow())
          .toList();
  private final long[] read = devices.stream().mapToLong(DeviceRuntime::weightsFromHost).toArray();
  private final long[] taken =
      devices.stream().mapToLong(DeviceRuntime::weightsFromDevices).toArray();
  private final List<DiffusionPipeline> loaded = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    loaded.forEach(DiffusionPipeline::close);
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private DiffusionPipeline load(int device, Path snapshot, int residentBlocks) {
    var pipeline =
        PipelineLoader.load(
            new ModelSettings(snapshot, Optional.empty(), EmulatedDevice.PRECISION),
            List.of(devices.get(device)),
            EmulatedDevice.PRECISION,
            GivenPlan.one(
                QwenImageSnapshot.open(snapshot, Optional.empty()),
                true,
                residentBlocks,
                Long.MAX_VALUE),
            EditSettings.Areas.PUBLISHED);
    loaded.add(pipeline);
    return pipeline;
  }

  private long read(int device) {
    return devices.get(device).weightsFromHost() - read[device];
  }

  private long taken(int device) {
    return devices.get(device).weightsFromDevices() - taken[device];
  }

  private static int draw(DiffusionPipeline pipeline) {
    var request = GenerationRequest.of("two apples").withCanvas(64, 64).withSteps(2);
    return pipeline
        .generate(request, event -> {}, new CancellationSignal())
        .getFirst()
        .pixels()
        .hashCode();
  }

  @Test
  void whatIsReadFromFilesDoesNotGrowWithTheReplicas() {
    load(0, TINY, BLOCKS);
    long once = read(0);
    assertThat(once).isPositive();

    load(1, TINY, BLOCKS);
    load(2, TINY, BLOCKS);

    assertThat(List.of(read(0), read(1), read(2))).containsExactly(once, 0L, 0L);
    assertThat(List.of(taken(0), taken(1), taken(2))).containsExactly(0L, once, once);
  }

  @Test
  void aReplicaNeedsTheFirstNoMoreWhenItIsLoaded() {
    var first = load(0, TINY, BLOCKS);
    int apples = draw(first);
    var second = load(1, TINY, BLOCKS);
    loaded.remove(first);
    first.close();

    assertThat(draw(second)).isEqualTo(apples);
  }

  @Test
  void blocksThatDoNotStayThereAreRead() {
    load(0, TINY, 3);
    long layersAndThree = read(0);
    int apples = draw(loaded.getFirst());

    var second = load(1, TINY, BLOCKS);

    assertThat(taken(1)).isEqualTo(layersAndThree);
    assertThat(read(1)).isPositive();
    assertThat(draw(second)).isEqualTo(apples);
  }

  @Test
  void anotherModelsWeightsAreRead() {
    load(0, TINY, BLOCKS);
    load(1, POCKET, POCKETS_BLOCKS);
    assertThat(taken(1)).isZero();
    assertThat(read(1)).isPositive();
  }
}
