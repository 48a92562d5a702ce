package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.estimate.Load;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Pictures on a device whose memory has a limit.
class DeviceRoomTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final Path POCKET = Path.of("src/main/models/qwen-image-pocket");
  private static final int TINYS_BLOCKS = 10;
  private static final int POCKETS_BLOCKS = 14;
  private static final long PLENTY = 1L << 30;
  private static final long KILOBYTE = 1 << 10;
  private static final long MEGABYTE = 1 << 20;

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private static DeviceRuntime device(int ordinal, long bytes) {
    return EmulatedDevice.runtime(ordinal, OptionalLong.of(bytes)).onDevice().orElseThrow();
  }

  /// With the text encoder and all blocks on the device.
  ///
  /// @param room bytes of the device beside the weights, by the plan
  private static DiffusionPipeline load(
      DeviceRuntime device, Path snapshot, int blocks, long room) {
    return PipelineLoader.load(
        new ModelSettings(snapshot, Optional.empty(), EmulatedDevice.PRECISION),
        List.of(device),
        EmulatedDevice.PRECISION,
        GivenPlan.one(QwenImageSnapshot.open(snapshot, Optional.empty()), true, blocks, room),
        Areas.PUBLISHED);
  }

  private static GenerationRequest request(int words, int side) {
    return GenerationRequest.of("apple ".repeat(words).strip()).withCanvas(side, side).withSteps(1);
  }

  private static int draw(DiffusionPipeline pipeline, GenerationRequest request) {
    var images = pipeline.generate(request, event -> {}, new CancellationSignal());
    return images.getFirst().pixels().hashCode();
  }

  @Test
  void memoryDoesNotGrowWithPromptsThatAreLongerAndLonger() {
    var device = device(101, PLENTY);
    try (var pipeline = load(device, TINY, TINYS_BLOCKS, PLENTY)) {
      long[] most = new long[3];
      for (int round = 0; round < most.length; round++) {
        for (int words = 8; words < 28; words++) {
          draw(pipeline, request(words, 64));
          draw(pipeline, request(words, 128));
          most[round] = Math.max(most[round], device.usedBytes());
          assertThat(Tensor.open()).isZero();
        }
      }
      assertThat(most[1]).isLessThan(most[0] + MEGABYTE / 4);
      assertThat(most[2]).isEqualTo(most[1]);
    }
  }

  @Test
  void aPictureThatFindsNoMemoryIsRefusedByItsSizeAndASmallerOneIsDrawn() {
    var device = device(102, 40 * MEGABYTE);
    try (var pipeline = load(device, TINY, TINYS_BLOCKS, 30 * MEGABYTE)) {
      var request = request(8, 256);
      try (var _ = device.memory(DType.F32).zeros(32 * MEGABYTE / Float.BYTES)) {
        assertThatThrownBy(() -> draw(pipeline, request))
            .isInstanceOf(InvalidRequestException.class)
            .hasMessageStartingWith("size is 256x256: the device has no ");
        assertThatCode(() -> draw(pipeline, request(8, 64))).doesNotThrowAnyException();
      }
      assertThatCode(() -> draw(pipeline, request)).doesNotThrowAnyException();
    }
  }

  @Test
  void theTextEncoderLeavesTheDeviceForALargePictureAndComesBack() {
    var large = request(8, 256);
    var roomy = device(103, PLENTY);
    long weights;
    long needed;
    int whole;
    try (var pipeline = load(roomy, POCKET, POCKETS_BLOCKS, PLENTY)) {
      weights = roomy.usedBytes();
      needed = needed(roomy, pipeline.admit(large).load());
      whole = draw(pipeline, large);
    }

    var narrow = device(104, weights + needed - KILOBYTE);
    try (var pipeline = load(narrow, POCKET, POCKETS_BLOCKS, needed / 2)) {
      int small = draw(pipeline, request(9, 64));
      long withTextEncoder = narrow.weightBytes();

      assertThat(draw(pipeline, large)).isEqualTo(whole);
      assertThat(narrow.weightBytes()).isLessThan(withTextEncoder);

      assertThat(draw(pipeline, request(10, 64))).isNotEqualTo(small);
      assertThat(narrow.weightBytes()).isEqualTo(withTextEncoder);
      assertThat(draw(pipeline, request(9, 64))).isEqualTo(small);
    }
  }

  private static long needed(DeviceRuntime device, Load load) {
    var snapshot = QwenImageSnapshot.open(POCKET, Optional.empty());
    return new DrawingMemory(snapshot).of(device.device(), DType.F32).of(load).device();
  }
}
