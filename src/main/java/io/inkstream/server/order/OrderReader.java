package io.inkstream.server.order;

import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.pipeline.Canvas;
import io.inkstream.engine.pipeline.Draws;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.pipeline.Guidance;
import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.pipeline.Sampling;
import io.inkstream.engine.pipeline.Texts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Makes an order of what was said, and of defaults.
public record OrderReader(Defaults defaults) {
  private static final Map<String, OptionalInt> OUTPUT_QUALITIES =
      Map.of(
          "default", OptionalInt.empty(),
          "maximum", OptionalInt.of(100),
          "high", OptionalInt.of(90),
          "medium", OptionalInt.of(55),
          "low", OptionalInt.of(35));

  /// @throws InvalidRequestException naming the field that is not allowed
  /// @throws InvalidCacheConfigException if the cache that all together make is not allowed
  public Order read(Fields fields) {
    var plain = plain(fields);
    int steps = plain.guidance().steps();
    var way = new SamplingReader(defaults.savings()).read(fields, steps);
    var output = new Output(format(fields), compression(fields));
    return new Order(plain.withSampling(way.sampling()), output, way.cache());
  }

  private GenerationRequest plain(Fields fields) {
    int n = fields.whole(Field.N).orElse(1);
    return new GenerationRequest(
        texts(fields),
        canvas(fields),
        new Draws(Seeds.of(fields.node(Field.SEED), n), n),
        new Guidance(
            fields.whole(Field.NUM_INFERENCE_STEPS).orElse(defaults.steps()), scale(fields)),
        Sampling.EXACT);
  }

  private static Texts texts(Fields fields) {
    String prompt =
        text(fields, Field.PROMPT)
            .orElseThrow(
                () -> new InvalidRequestException("prompt", "prompt is missing, must be a string"));
    return new Texts(
        List.of(prompt),
        List.of(text(fields, Field.NEGATIVE_PROMPT).orElse(Texts.DEFAULT_NEGATIVE)),
        fields.whole(Field.MAX_SEQUENCE_LENGTH).orElse(Texts.DEFAULT_SEQUENCE_LENGTH));
  }

  private static Optional<String> text(Fields fields, Field field) {
    Optional<String> text = fields.text(field);
    int length = text.map(given -> given.codePointCount(0, given.length())).orElse(0);
    if (field.kind() instanceof Kind.Text(int longest) && length > longest) {
      String name = field.wireName();
      throw new InvalidRequestException(
          name, "%s has %d characters, at most %d are allowed".formatted(name, length, longest));
    }
    return text;
  }

  private Canvas canvas(Fields fields) {
    PictureSize named = fields.text(Field.SIZE).map(this::named).orElse(defaults.size());
    var canvas =
        new Canvas(
            fields.whole(Field.WIDTH).orElse(named.width()),
            fields.whole(Field.HEIGHT).orElse(named.height()));
    if (canvas.pixels() > defaults.mostPixels()) {
      throw Field.SIZE.refused(
          canvas.width() + "x" + canvas.height(),
          "at most %d pixels".formatted(defaults.mostPixels()));
    }
    return canvas;
  }

  private PictureSize named(String size) {
    if (size.equalsIgnoreCase("auto")) {
      return defaults.size();
    }
    try {
      return PictureSize.parse(size);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("size", String.valueOf(e.getMessage()));
    }
  }

  private static double scale(Fields fields) {
    double other = fields.real(Field.GUIDANCE_SCALE).orElse(Guidance.DEFAULT_SCALE);
    return fields.real(Field.TRUE_CFG_SCALE).orElse(other);
  }

  private static ImageFormat format(Fields fields) {
    return fields.text(Field.OUTPUT_FORMAT).map(ImageFormat::named).orElse(ImageFormat.PNG);
  }

  /// SGLang's order: the number, then the word, then the server's setting.
  private OptionalInt compression(Fields fields) {
    OptionalInt named =
        OUTPUT_QUALITIES.getOrDefault(
            fields.text(Field.OUTPUT_QUALITY).orElse("default"), OptionalInt.empty());
    Optional<Integer> number = fields.whole(Field.OUTPUT_COMPRESSION);
    if (number.isPresent()) {
      return OptionalInt.of(number.get());
    }
    return named.isPresent() ? named : defaults.compression();
  }
}
