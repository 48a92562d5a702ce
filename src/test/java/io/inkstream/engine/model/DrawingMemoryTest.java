package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.pipeline.DeviceMemoryEstimate;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.pipeline.HostAndDeviceMemory;
import io.inkstream.engine.pipeline.HostMemoryEstimate;
import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.pipeline.LatentSize;
import io.inkstream.engine.pipeline.MemoryEstimate;
import io.inkstream.engine.pipeline.RequestMemory;
import io.inkstream.engine.runtime.Device;
import io.inkstream.engine.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrawingMemoryTest {
  private static final Path POCKET = Path.of("src/main/models/qwen-image-pocket");
  private static final int SIDE = 1024;
  private static final long PIXELS = (long) SIDE * SIDE;
  private static final long MEGABYTE = 1_000_000;

  private final DrawingMemory memory =
      new DrawingMemory(QwenImageSnapshot.open(POCKET, Optional.empty()));

  @Test
  void besideACardTheHostHoldsPicturesAndNoNetwork() {
    // Given: what the decoder gives, its copy, and the pixels
    long picture = PIXELS * (8 * Float.BYTES + 4);

    // Then
    assertThat(
            bytes(memory.with(Device.CUDA, DType.BF16, plan(true)), request(4, Optional.empty())))
        .isBetween(picture, picture + 10 * MEGABYTE);
    assertThat(bytes(memory.whole(), request(4, Optional.empty()))).isGreaterThan(5 * picture);
  }

  @Test
  void besideACardACacheTakesNothingOfTheHost() {
    var cache = CacheDitParams.of(Map.of("enable_taylorseer", true)).toConfig(4);
    var card = memory.with(Device.CUDA, DType.BF16, plan(true));

    assertThat(bytes(card, request(4, Optional.of(cache))))
        .isEqualTo(bytes(card, request(4, Optional.empty())));
    assertThat(bytes(memory.whole(), request(4, Optional.of(cache))))
        .isGreaterThan(bytes(memory.whole(), request(4, Optional.empty())));
  }

  @ParameterizedTest
  @CsvSource({"CPU, true", "EMULATED, true", "EMULATED, false"})
  void whereTheNetworksAreInTheHostsMemoryItIsAllCounted(Device device, boolean textEncoder) {
    assertThat(memory.with(device, DType.F32, plan(textEncoder))).isEqualTo(memory.whole());
  }

  @Test
  void besideACardTheModelsWidthsCount() {
    var both = (HostAndDeviceMemory) memory.with(Device.CUDA, DType.BF16, plan(true));

    assertThat(both)
        .isEqualTo(
            new HostAndDeviceMemory(
                new HostMemoryEstimate(192, 64, 256),
                new DeviceMemoryEstimate(192, 14, 24, 2),
                1L << 40));
  }

  @ParameterizedTest
  @CsvSource({"1024, 5420", "1328, 8960", "2048, 20840"})
  void theFullModelTakesOfACardWhatWasMeasuredOrALittleMore(int side, long measured) {
    var full = new DeviceMemoryEstimate(3072, 60, 96, 2);
    var size = LatentSize.ofPixels(side, side, 8, 2);
    var request = request(50, Optional.empty());

    assertThat(full.bytes(size, request))
        .isBetween((long) (measured * MEGABYTE * 0.98), (long) (measured * MEGABYTE * 1.1));
  }

  @Test
  void aPictureThatTheCardHasNoRoomForIsRefused() {
    var full =
        new HostAndDeviceMemory(
            new HostMemoryEstimate(3072, 64, 3584),
            new DeviceMemoryEstimate(3072, 60, 96, 2),
            6_000_000_000L);
    var request = request(50, Optional.empty());

    full.requireRoomFor(LatentSize.ofPixels(SIDE, SIDE, 8, 2), request);

    assertThatThrownBy(() -> full.requireRoomFor(LatentSize.ofPixels(2048, 2048, 8, 2), request))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "size is 2048x2048: drawing it takes about 21.2 GB of the device's memory, 6.0 GB are"
                + " free");
  }

  private static DevicePlan plan(boolean textEncoderResident) {
    return new DevicePlan(textEncoderResident, 14, 1L << 30, 1L << 40);
  }

  @Test
  void whatTheProcessorTakesIsBlocksDecoderAndPicture() {
    long tokens = (SIDE / 16) * (SIDE / 16) + 64;
    long blocks = 12 * 192 * tokens;
    long modulations = 12L * 192 * 14 * 4;
    long decoder = PIXELS * (16 * 8 + 8);
    assertThat(bytes(new MemoryEstimate(192, 14, 16), request(4, Optional.empty())))
        .isEqualTo(Float.BYTES * (blocks + modulations + decoder) + 4 * PIXELS);
  }

  private static long bytes(RequestMemory memory, GenerationRequest request) {
    return memory.bytes(LatentSize.ofPixels(SIDE, SIDE, 8, 2), request);
  }

  private static GenerationRequest request(int steps, Optional<DBCacheConfig> cache) {
    return request("a red apple", steps, cache);
  }

  private static GenerationRequest request(
      String prompt, int steps, Optional<DBCacheConfig> cache) {
    return new GenerationRequest(
        List.of(prompt), List.of(" "), SIDE, SIDE, steps, 4, List.of(1L), 1, 512, cache);
  }
}
