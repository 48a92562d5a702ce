package io.inkstream.server.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.decoder.DecoderLimits;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.Guidance;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.request.Trained;
import io.inkstream.engine.scheduler.Sampler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final InputLibrary KEPT =
      new InputLibrary() {
        @Override
        public Path path(String id) {
          return Path.of(id);
        }

        @Override
        public DecoderLimits limits() {
          return DecoderLimits.DEFAULT;
        }
      };
  private static final Map<String, Object> PICTURE =
      new InputReference("file-1", "00", 96, 64, true).toMap();
  private static final Map<String, Object> OTHER_PICTURE =
      new InputReference("file-2", "01", 64, 96, false).toMap();
  private static final Defaults SERVER =
      new Defaults(
          Trained.QWEN_IMAGE.withSteps(8),
          new PictureSize(96, 64),
          1 << 22,
          OptionalInt.of(30),
          new SamplingDefaults(
              Sampler.EULER,
              true,
              CacheDitParams.of(Map.of("max_warmup_steps", 2)),
              false,
              ForecastParams.ofShare(0.25),
              true),
          List::of,
          KEPT);

  @Test
  void anOrdersWordAndParametersBeatTheSettings() throws JsonProcessingException {
    var two = CacheDitParams.of(Map.of("Fn_compute_blocks", 2));
    String other = ", 'cache_dit_params': {'Bn_compute_blocks': 1}}";

    assertThat(cache(false, two, "{'prompt': 'a'" + other)).isEmpty();
    assertThat(cache(true, two, "{'prompt': 'a', 'enable_cache_dit': false}")).isEmpty();
    assertThat(cache(true, two, "{'prompt': 'a'}")).contains(two);
    assertThat(cache(false, two, "{'prompt': 'a', 'enable_cache_dit': true" + other))
        .contains(CacheDitParams.of(Map.of("Bn_compute_blocks", 1, "Fn_compute_blocks", 2)));
    assertThat(cache(true, two, "{'prompt': 'a', 'cache_dit_params': {'Fn_compute_blocks': 3}}"))
        .contains(CacheDitParams.of(Map.of("Fn_compute_blocks", 3)));
  }

  private static Optional<CacheDitParams> cache(
      boolean enabled, CacheDitParams params, String fields) throws JsonProcessingException {
    var sampling =
        new SamplingDefaults(Sampler.EULER, enabled, params, false, ForecastParams.NONE, true);
    var defaults =
        new Defaults(
            SERVER.trained().guidance().steps(),
            SERVER.size(),
            SERVER.mostPixels(),
            SERVER.compression(),
            sampling);
    return new OrderReader(defaults).read(Fields.of(json(fields))).cache();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'prompt': 'a pear'}",
        "{'prompt': '', 'negative_prompt': '', 'n': 3, 'seed': 5}",
        "{'prompt': 'ä 🐼', 'n': 2, 'seed': [1, 9007199254740993]}",
        "{'prompt': 'a', 'size': '100x64', 'output_format': 'JPG', 'output_quality': 'low'}",
        "{'prompt': 'a', 'width': 64, 'height': 48, 'output_format': 'webp', 'output_compression':"
            + " 0}",
        "{'prompt': 'a', 'guidance_scale': 2.5, 'max_sequence_length': 16, 'sampler': 'ab2'}",
        "{'prompt': 'a', 'true_cfg_scale': 1, 'quality': 'exact'}",
        "{'prompt': 'a', 'quality': 'max'}",
        "{'prompt': 'a', 'forecast': true}",
        "{'prompt': 'a', 'forecast': {'policy': 'guarded', 'tolerance': 0.1}}",
        "{'prompt': 'a', 'forecast': {'policy': 'power-law'}}",
        "{'prompt': 'a', 'enable_cache_dit': true, 'num_inference_steps': 12, 'cache_dit_params':"
            + " {'scm_preset': 'fast', 'enable_taylorseer': true, 'taylorseer_order': 2}}",
        "{'prompt': 'a', 'enable_cache_dit': true, 'cache_dit_params':"
            + " '{\\'scm_compute_bins\\': [4], \\'scm_cache_bins\\': [4]}'}",
        "{'prompt': 'a', 'enable_cache_dit': false}"
      })
  void anOrderThatWasKeptDrawsTheSameWhateverTheSettingsAreThen(String fields) throws Exception {
    Order order = new OrderReader(SERVER).read(Fields.of(json(fields)));

    Order again = Order.fromJson(MAPPER.readTree(order.toJson().toString()));

    assertThat(again.toJson()).isEqualTo(order.toJson());
    assertThat(again.output()).isEqualTo(order.output());
    assertThat(again.drawing().cache()).isEqualTo(order.drawing().cache());
    assertThat(again.drawing().withCache(Optional.empty()))
        .isEqualTo(order.drawing().withCache(Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"prompt": 5}                  | prompt is 5, must be a string
          {"no_such": 1}                 | no_such is no field of an order
          {"width": null}                | width is missing in the order
          {"seed": []}                   | seed is [], must be a whole number of 0 or more, or a list of those
          {"seed": [1, 2]}               | seed is a list of 2, must be one number, or one for each of 1 pictures
          {"forecast": "half"}           | forecast is 'half', must be an object
          {"enable_cache_dit": "yes"}    | enable_cache_dit is "yes", must be true or false
          {"output_format": "gif"}       | output_format is gif, must be png, jpeg, jpg
          {"num_inference_steps": 0}     | num_inference_steps is 0, must be 1 to 10000
          """)
  void aDamagedOrderIsRefused(String damage, String message) throws Exception {
    ObjectNode kept = new OrderReader(SERVER).read(Fields.of(json("{'prompt': 'a'}"))).toJson();
    kept.setAll(json(damage));

    assertThatThrownBy(() -> Order.fromJson(kept))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(message);
  }

  /// Whoever forgets a field that counts, in the reader or in its [Part], is told here.
  @ParameterizedTest
  @MethodSource("ordered")
  void aFieldIsReadIntoOrdersWhichKeepItAsDoPicturesThatItChanges(Field field) throws Exception {
    var changed = changedBy(field);

    assertThat(changed).as("orders that differ by their " + field).isNotEmpty();
    for (Change change : changed) {
      Order order = change.after();
      Order again = Order.fromJson(MAPPER.readTree(order.toJson().toString()), KEPT);
      assertThat(again.output()).isEqualTo(order.output());
      assertThat(again.drawing()).isEqualTo(order.drawing());
      long seed = order.drawing().draws().seeds().getLast();
      assertThat(PictureRecord.read(texts(order, seed), KEPT).drawing())
          .isEqualTo(
              order
                  .drawing()
                  .withDraws(Draws.of(seed))
                  .withInputs(order.drawing().inputs().withSetSize(false)));
    }
  }

  @ParameterizedTest
  @CsvSource({"9, 1, true", "8, 1, false", "20, 0.4, false", "20, 0.41, true"})
  void fewStepsAreNotForecastUnaskedAndOfAPictureThoseCountThatStrengthLeaves(
      int steps, double strength, boolean forecast) throws JsonProcessingException {
    ObjectNode said = json("{'prompt': 'a', 'quality': 'high'}");
    said.put("num_inference_steps", steps).put("strength", strength);
    said.set("images", PlainJson.of(List.of(PICTURE)));

    Order order = new OrderReader(SERVER).read(Fields.of(said));

    assertThat(order.drawing().sampling().approximation().forecast().isPresent())
        .isEqualTo(forecast);
  }

  static Stream<Field> ordered() {
    return Arrays.stream(Field.values()).filter(Field::ordered);
  }

  /// An order before a field is said, and after.
  record Change(Order before, Order after) {
    boolean isOne() {
      return !before.drawing().equals(after.drawing()) || !before.output().equals(after.output());
    }
  }

  static List<Change> changedBy(Field field) throws JsonProcessingException {
    List<Change> changed = new ArrayList<>();
    for (String base : List.of("", ", 'enable_cache_dit': true", ", 'forecast': true")) {
      ObjectNode said = json("{'prompt': 'a', 'seed': 5" + base + "}");
      if (field.ofEdits()) {
        said.set("images", PlainJson.of(List.of(PICTURE)));
        said.set("mask", PlainJson.of(PICTURE));
      }
      Order before = new OrderReader(SERVER).read(Fields.of(said));
      for (Object value : values(field.kind())) {
        said.set(field.wireName(), PlainJson.of(value));
        read(said)
            .map(after -> new Change(before, after))
            .filter(Change::isOne)
            .ifPresent(changed::add);
      }
    }
    return changed;
  }

  private static Optional<Order> read(ObjectNode said) {
    try {
      return Optional.of(new OrderReader(SERVER).read(Fields.of(said)));
    } catch (InvalidRequestException notTogether) {
      return Optional.empty();
    }
  }

  private static List<?> values(Kind kind) {
    return switch (kind) {
      case Kind.Text _ -> List.of("64x48", "another");
      case Kind.Word word -> word.words();
      case Kind.Whole(int low, int _) -> List.of(low, low + 1);
      case Kind.Real _ -> List.of(0.5, 1.5);
      case Kind.Flag _ -> List.of(true, false);
      case Kind.Mapping _ -> List.of(Map.of());
      case Kind.Own(Kind.Own.Form form) ->
          switch (form) {
            case SEEDS -> List.of(7);
            case FORECAST -> List.of(0.5, false);
            case OBJECT_OR_TEXT ->
                List.of(Map.of("max_warmup_steps", 1, "residual_diff_threshold", 1));
            case ADAPTERS -> List.of(List.of(Map.of("path", "style.safetensors", "scale", 2)));
            case PICTURES -> List.of(List.of(OTHER_PICTURE));
            case PICTURE -> List.of(OTHER_PICTURE);
            case SCHEDULER -> List.of(Map.of("base_shift", 2, "shift_terminal", 0));
          };
    };
  }

  private static Map<String, String> texts(Order order, long seed) {
    int width = order.drawing().canvas().width();
    int height = order.drawing().canvas().height();
    var pixels = new Pixels(width, height, new byte[width * height * 3]);
    var image = new GeneratedImage(0, order.drawing().texts().prompts().getFirst(), seed, pixels);
    return new PictureRecord("m", "1.0").texts(order, image, Optional.empty(), Optional.empty());
  }

  @Test
  void whatIsNoObjectIsNoOrder() {
    assertThatThrownBy(() -> Order.fromJson(MAPPER.createArrayNode()))
        .hasMessage("order is no JSON object");
  }

  @Test
  void withOneSeedPictureIHasSeedPlusI() throws Exception {
    var order = new OrderReader(SERVER).read(Fields.of(json("{'prompt': 'a', 'n': 3, 'seed': 7}")));

    assertThat(order.drawing().draws().seeds()).containsExactly(7L, 8L, 9L);
  }

  @Test
  void theLargestSeedIsFollowedByZero() {
    assertThat(Seeds.from(Long.MAX_VALUE, 2)).containsExactly(Long.MAX_VALUE, 0L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'prompt': 'a pear', 'n': 2, 'seed': 4, 'sampler': 'ab2', 'enable_cache_dit': false}",
        "{'prompt': 'a', 'true_cfg_scale': 2.5, 'negative_prompt': 'blurry'}",
        "{'prompt': 'a', 'max_sequence_length': 7, 'enable_cache_dit': true}",
        "{'prompt': 'a', 'enable_cache_dit': false}"
      })
  void aPictureReadBackIsAnOrderThatDrawsIt(String fields) throws Exception {
    // Given
    Order order = new OrderReader(SERVER).read(Fields.of(json(fields)));
    long seed = order.drawing().draws().seeds().getLast();

    // When
    Order again = PictureRecord.read(texts(order, seed));

    // Then
    ObjectNode one = order.toJson();
    one.put("n", 1);
    one.set("seed", PlainJson.of(seed));
    one.put("output_format", ImageFormat.PNG.word());
    one.remove("output_compression");
    assertThat(again.toJson()).isEqualTo(one);
    assertThat(again.drawing().cache()).isEqualTo(order.drawing().cache());
  }

  @Test
  void aPictureOfASharedGeneratorOrOfAnotherProgramIsNotReadBack() {
    assertThatThrownBy(() -> PictureRecord.read(Map.of("parameters", "a")))
        .hasMessage("the picture keeps no settings of Inkstream's");
    assertThatThrownBy(() ->
            PictureRecord.read(Map.of("inkstream", "{\"prompt\": \"a\", \"image_index\": 1}")))
        .hasMessageContaining("other pictures took their noise before this one");
  }

  private static ObjectNode json(String text) throws JsonProcessingException {
    return (ObjectNode)
        MAPPER.readTree(
            text.contains("\"") ? text : text.replace("\\'", "\\\"").replace('\'', '"'));
  }

  @Test
  void aModelWithStepsOfItsOwnMakesThoseWhateverAnOrderSays() throws JsonProcessingException {
    var order =
        new OrderReader(turbo(8))
            .read(
                Fields.of(json("{'prompt': 'a', 'num_inference_steps': 30, 'true_cfg_scale': 4}")));

    assertThat(order.drawing().guidance()).isEqualTo(new Guidance(8, 1));
  }

  @Test
  void transparencyIsRefusedWhereTheModelOrTheFormatHasNone() throws JsonProcessingException {
    var turbo = new OrderReader(turbo(8));

    assertThat(
            turbo
                .read(Fields.of(json("{'prompt': 'a', 'background': 'transparent'}")))
                .output()
                .encoder()
                .keepsAlpha())
        .isTrue();
    assertThat(
            turbo
                .read(Fields.of(json("{'prompt': 'a', 'background': 'opaque'}")))
                .output()
                .encoder()
                .keepsAlpha())
        .isFalse();
    assertThatThrownBy(() ->
            turbo.read(
                Fields.of(
                    json("{'prompt': 'a', 'background': 'transparent', 'output_format': 'jpeg'}"))))
        .hasMessage("background is 'transparent', must be auto or opaque with output_format jpeg");
    assertThatThrownBy(() ->
            new OrderReader(SERVER)
                .read(Fields.of(json("{'prompt': 'a', 'background': 'transparent'}"))))
        .hasMessage(
            "background is 'transparent', must be auto or opaque: the model draws no transparency");
  }

  @Test
  void anOpaqueBackgroundIsKeptInAnOrder() throws JsonProcessingException {
    var order =
        new OrderReader(turbo(8)).read(Fields.of(json("{'prompt': 'a', 'background': 'opaque'}")));

    assertThat(Order.fromJson(order.toJson()).output()).isEqualTo(order.output());
  }

  private static Defaults turbo(int steps) {
    return new Defaults(
        new Trained(new Guidance(steps, 1), true, true),
        SERVER.size(),
        SERVER.mostPixels(),
        SERVER.compression(),
        SamplingDefaults.NONE,
        List::of,
        InputLibrary.NONE);
  }
}
