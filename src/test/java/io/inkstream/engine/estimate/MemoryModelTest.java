package io.inkstream.engine.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.estimate.MemoryModel.OnDevice;
import io.inkstream.engine.estimate.MemoryModel.OnProcessor;
import io.inkstream.engine.estimate.MemoryModel.Sizes;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.Approximation.Cache;
import io.inkstream.engine.request.Approximation.Forecast;
import io.inkstream.engine.request.Approximation.None;
import io.inkstream.engine.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryModelTest {
  private static final long MEGABYTE = 1_000_000;
  private static final int SIDE = 1024;
  private static final long PIXELS = (long) SIDE * SIDE;
  private static final Sizes POCKET = new Sizes(192, 14, 64, 256, 24);
  private static final Sizes FULL = new Sizes(3072, 60, 64, 3584, 96);
  private static final Load PICTURE =
      new Load(
          size(SIDE),
          1,
          600,
          512,
          50,
          1,
          1,
          1,
          cache(Map.of("enable_taylorseer", true, "Bn_compute_blocks", 1)));

  private static final DeviceDuty DECODES = new DeviceDuty(0, false, false, true);

  private static Stream<MemoryModel> models() {
    return Stream.of(
        new OnProcessor(POCKET), new OnDevice(POCKET, DType.BF16), new OnDevice(FULL, DType.BF16));
  }

  private static Stream<Load> more() {
    var one = PICTURE;
    var some = one.approximation();
    return Stream.of(
        new Load(size(SIDE + 16), 1, 600, 512, 50, 1, 1, 1, some),
        new Load(size(SIDE), 2, 600, 512, 50, 1, 1, 1, some),
        new Load(size(SIDE), 1, 1000, 512, 50, 1, 1, 1, some),
        new Load(size(SIDE), 1, 600, 600, 50, 1, 1, 1, some),
        new Load(size(SIDE), 1, 600, 512, 51, 1, 1, 1, some),
        new Load(size(SIDE), 1, 600, 512, 50, 2, 1, 1, some),
        new Load(size(SIDE), 1, 600, 512, 50, 1, 2, 1, some),
        new Load(size(SIDE), 1, 600, 512, 50, 1, 1, 2, some),
        new Load(
            size(SIDE),
            1,
            600,
            512,
            50,
            1,
            1,
            1,
            cache(
                Map.of("enable_taylorseer", true, "taylorseer_order", 2, "Bn_compute_blocks", 1))));
  }

  @ParameterizedTest
  @MethodSource("more")
  void moreToDrawTakesNoLessAnywhere(Load more) {
    assertThat(models())
        .allSatisfy(model -> {
          var least = model.of(PICTURE);
          var most = model.of(more);
          assertThat(most.host()).isGreaterThanOrEqualTo(least.host());
          assertThat(most.device()).isGreaterThanOrEqualTo(least.device());
        });
  }

  @ParameterizedTest
  @MethodSource("more")
  void whateverIsMoreIsCountedSomewhere(Load more) {
    assertThat(models().map(model -> model.of(more).equals(model.of(PICTURE)))).contains(false);
  }

  @ParameterizedTest
  @MethodSource("models")
  void aCacheTakesMemoryWhereTheNetworksRunAndAForecastTakesNone(MemoryModel model) {
    // Given
    var plain = model.of(with(new None()));
    var cached = model.of(PICTURE);

    // Then
    boolean onDevice = model instanceof OnDevice;
    assertThat(cached.device() > plain.device()).isEqualTo(onDevice);
    assertThat(cached.host() > plain.host()).isEqualTo(!onDevice);
    assertThat(model.of(with(new Forecast(ForecastParams.HALF)))).isEqualTo(plain);
  }

  @Test
  void theProcessorHoldsBlocksModulationsDecoderAndPicture() {
    long tokens = (SIDE / 16) * (SIDE / 16) + 64;
    long blocks = 12 * 192 * tokens;
    long modulations = 12L * 192 * 14 * 4;
    long decoder = PIXELS * (16 * 8 + 8);

    assertThat(new OnProcessor(new Sizes(192, 14, 64, 256, 16)).of(plain(SIDE, 4)))
        .isEqualTo(new Footprint(Float.BYTES * (blocks + modulations + decoder) + 4 * PIXELS, 0));
  }

  @Test
  void besideADeviceTheHostHoldsPicturesAndNoNetwork() {
    // Given: what the decoder gives, its copy, and the pixels
    long picture = PIXELS * (8 * Float.BYTES + 4);

    // Then
    assertThat(new OnDevice(POCKET, DType.BF16).of(plain(SIDE, 4)).host())
        .isBetween(picture, picture + 10 * MEGABYTE);
  }

  @Test
  void theCacheKeepsItsResidualsAndTheStreamsThatWait() {
    // Given: two pictures of 16 tokens, D = 8, prompts of 11 bytes, a branch for each of two
    var model = new OnProcessor(new Sizes(8, 4, 64, 16, 8));
    int image = 16;
    int text = 11;
    var cache = cache(Map.of("enable_taylorseer", true, "Bn_compute_blocks", 1));

    // When
    long more =
        model.of(new Load(size(64), 1, text, text, 8, 1, 2, 2, cache)).host()
            - model.of(new Load(size(64), 1, text, text, 8, 1, 2, 2, new None())).host();

    // Then: order 1 keeps two residuals, and the first blocks' one of the image
    long states = 2L * 2 * (3 * image + 2 * text);
    long streams = 3L * (image + text);
    assertThat(more).isEqualTo((states + streams) * 8 * Float.BYTES);
  }

  /// perf/cuda.
  @ParameterizedTest
  @CsvSource({"1024, 2730", "1328, 4350", "2048, 10010"})
  void theFullModelTakesOfACardWhatWasMeasuredOrALittleMore(int side, long measured) {
    assertThat(new OnDevice(FULL, DType.BF16).of(plain(side, 50)).device())
        .isBetween((long) (measured * MEGABYTE * 0.98), (long) (measured * MEGABYTE * 1.1));
  }

  /// Of 1,048,576 rows, a 32nd at a time.
  @Test
  void aVeryLargePictureTakesOfACardWhatItsAttentionMakes() {
    long scores = 2L * Float.BYTES * 32_768 * 1_048_576;

    assertThat(new OnDevice(FULL, DType.BF16).device(plain(8192, 1), DECODES))
        .isBetween(scores, scores + scores / 4);
    assertThat(new OnDevice(FULL, DType.BF16).device(plain(4096, 1), DECODES))
        .isEqualTo((long) (4096L * 4096 * 96 * 4.5) * Float.BYTES);
  }

  /// perf/cuda.
  @Test
  void theFullSingleStreamModelTakesOfACardWhatWasMeasuredOrALittleMore() {
    var size = LatentSize.ofPixels(1024, 1024, 16, 1);
    var load = new Load(size, 1, 11, 11, 8, 1, 1, 1, new None());
    var full = Sizes.singleStream(4096, 32, 64, 4096, 144);
    assertThat(new OnDevice(full, DType.BF16).of(load).device())
        .isBetween((long) (6680 * MEGABYTE * 0.98), (long) (6680 * MEGABYTE * 1.1));
  }

  /// perf/memory: the peak, less what the open model has, 211 MB of its own and 49 MB of files.
  @ParameterizedTest
  @CsvSource({"256, 353", "512, 602", "1024, 1114"})
  void thePocketModelTakesOfTheHostWhatWasMeasuredOrALittleMore(int side, long peak) {
    long measured = (peak - 211 - 49) * MEGABYTE;
    assertThat(new OnProcessor(POCKET).of(plain(side, 1)).host())
        .isBetween((long) (measured * 0.98), (long) (measured * 1.1));
  }

  /// Keys and values of 4,096 tokens in 32 blocks of width 4,096: 2 GiB in bfloat16, once for each
  /// text of a request.
  @ParameterizedTest
  @CsvSource({"1, 2.0, 2.3", "2, 4.0, 4.3"})
  void aPictureInThePrefixKeepsItsKeysAndValues(int branches, double least, double most) {
    // Given
    var size = LatentSize.ofPixels(SIDE, SIDE, 16, 1);
    var model = new OnDevice(Sizes.singleStream(4096, 32, 64, 4096, 144), DType.BF16);
    var given = new Given(List.of(), List.of(size), 1024, 0);

    // When
    var without = new Load(size, 1, 20, 20, 8, 1, branches, 1, new None());
    var with = new Load(size, 1, 1044, 1044, 8, 1, branches, 1, new None(), 0, given);
    double more = (double) (model.of(with).device() - model.of(without).device()) / (1L << 30);

    // Then
    assertThat(more).isBetween(least, most);
  }

  /// Text is encoded here, half of the blocks run there with what the cache remembers, the others
  /// and the decoder elsewhere.
  @Test
  void severalDevicesTakeTogetherWhatOneDoesAndWhatEachNeedsToRunABlock() {
    // Given
    var model = new OnDevice(FULL, DType.BF16);
    var load = with(cache(Map.of()));

    // When
    long text = model.device(load, new DeviceDuty(0, true, false, false));
    long first = model.device(load, new DeviceDuty(30, false, true, false));
    long second = model.device(load, new DeviceDuty(30, false, false, true));

    // Then: a block's working memory is there twice
    long block = model.device(load, new DeviceDuty(1, false, false, false));
    long modulation = 2L * 12 * 3072 * 50;
    assertThat(first + second - block + modulation).isEqualTo(model.of(load).device());
    assertThat(text).isBetween(1L, block);
    assertThat(first).isGreaterThan(model.device(load, new DeviceDuty(30, false, false, false)));
  }

  private static Load plain(int side, int steps) {
    return new Load(size(side), 1, 11, 11, steps, 1, 2, 1, new None());
  }

  private static Load with(Approximation approximation) {
    return new Load(size(SIDE), 1, 600, 512, 50, 1, 1, 1, approximation);
  }

  private static LatentSize size(int side) {
    return LatentSize.ofPixels(side, side, 8);
  }

  private static Approximation cache(Map<String, ?> params) {
    return new Cache(CacheDitParams.of(params).toConfig(50));
  }
}
