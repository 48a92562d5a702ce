package io.inkstream.server.api;

import static java.util.Objects.requireNonNullElse;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.pipeline.Canvas;
import io.inkstream.engine.pipeline.Draws;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.pipeline.Guidance;
import io.inkstream.engine.pipeline.Sampling;
import io.inkstream.engine.pipeline.Texts;
import io.inkstream.server.config.PictureSize;
import io.inkstream.server.config.ServerSettings;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Checks a request's fields, each on its own, and fills in the defaults.
@Singleton
final class ImageOrderReader {
  private static final Logger LOG = Logger.getLogger(ImageOrderReader.class);
  static final int MAX_PROMPT = 32_000;
  private static final int MAX_IMAGES = 10;
  private static final Set<String> QUALITIES =
      Set.of("auto", "standard", "hd", "low", "medium", "high", "extra-high", "exact", "lossless");
  private static final Map<String, OptionalInt> OUTPUT_QUALITIES =
      Map.of(
          "default", OptionalInt.empty(),
          "maximum", OptionalInt.of(100),
          "high", OptionalInt.of(90),
          "medium", OptionalInt.of(55),
          "low", OptionalInt.of(35));
  private static final Set<String> ANSWERED_QUALITIES = Set.of("low", "medium", "high");
  private static final Set<String> BACKGROUNDS = Set.of("auto", "opaque");

  private final ServerSettings settings;
  private final SamplingFields sampling;
  private final PictureLinks links;
  private final PromptLog prompts;
  private final AtomicBoolean saidSecondary = new AtomicBoolean();

  ImageOrderReader(
      ServerSettings settings, SamplingFields sampling, PictureLinks links, PromptLog prompts) {
    this.settings = settings;
    this.sampling = sampling;
    this.links = links;
    this.prompts = prompts;
  }

  /// @throws ApiException 404 for another model, else 400 naming the field
  /// @throws io.inkstream.engine.pipeline.InvalidRequestException for what the pipeline does not
  ///   take
  /// @throws io.inkstream.server.store.StoreException if links are wanted and no picture can be
  ///   kept
  ImageOrder read(ImageGenerationRequest wire) {
    requireModel(wire.model());
    requireServed(wire);
    String quality = quality(wire.quality());
    var plain = request(wire);
    var steps = sampling.read(wire, cacheDitParams(wire), plain.guidance().steps());
    var request = plain.withSampling(steps.sampling());
    var order =
        new ImageOrder(
            request, steps.cache(), encoder(wire), links(wire, request), quality, stream(wire));
    prompts.log(request);
    return order;
  }

  private Optional<URI> links(ImageGenerationRequest wire, GenerationRequest request) {
    String format = requireNonNullElse(wire.responseFormat(), "b64_json").toLowerCase(Locale.ROOT);
    return switch (format) {
      case "b64_json" -> Optional.empty();
      // A stream carries its pictures, as OpenAI's does.
      case "url" ->
          Boolean.TRUE.equals(wire.stream()) ? Optional.empty() : Optional.of(links.begin(request));
      default -> throw refused("response_format", wire.responseFormat(), "b64_json or url");
    };
  }

  private CacheDitParams cacheDitParams(ImageGenerationRequest wire) {
    CacheDitParams given = CacheDitField.read(wire.cacheDitParams());
    if (given.hasSecondary() && !saidSecondary.getAndSet(true)) {
      LOG.warn("cache_dit_params secondary: no effect, the model has one transformer");
    }
    return given;
  }

  private void requireModel(@Nullable String model) {
    if (model != null && !settings.model().serves(model)) {
      throw ApiException.modelNotFound(model);
    }
  }

  private static void requireServed(ImageGenerationRequest wire) {
    String background = requireNonNullElse(wire.background(), "auto");
    if (!BACKGROUNDS.contains(background)) {
      throw refused("background", background, "auto or opaque: the model draws no transparency");
    }
  }

  private static Optional<StreamOrder> stream(ImageGenerationRequest wire) {
    int partials = number("partial_images", wire.partialImages(), 0, 0, StreamOrder.MAX_PARTIALS);
    String name = requireNonNullElse(wire.preview(), "none");
    Preview preview =
        Preview.named(name).orElseThrow(() -> refused("preview", name, "none, fast or full"));
    boolean progress = requireNonNullElse(wire.streamProgress(), false);
    return requireNonNullElse(wire.stream(), false)
        ? Optional.of(new StreamOrder(partials, progress, preview))
        : Optional.empty();
  }

  private static String quality(@Nullable String given) {
    String quality = requireNonNullElse(given, "auto");
    if (!QUALITIES.contains(quality)) {
      throw refused(
          "quality",
          quality,
          "auto, standard, hd, low, medium, high, extra-high, exact or lossless");
    }
    return ANSWERED_QUALITIES.contains(quality) ? quality : "high";
  }

  private GenerationRequest request(ImageGenerationRequest wire) {
    int n = number("n", wire.n(), 1, 1, MAX_IMAGES);
    PictureSize size = size(wire);
    int steps =
        requireNonNullElse(wire.numInferenceSteps(), settings.defaults().numInferenceSteps());
    return new GenerationRequest(
        new Texts(
            List.of(prompt(wire.prompt())),
            List.of(text("negative_prompt", wire.negativePrompt(), Texts.DEFAULT_NEGATIVE)),
            requireNonNullElse(wire.maxSequenceLength(), Texts.DEFAULT_SEQUENCE_LENGTH)),
        new Canvas(size.width(), size.height()),
        new Draws(Seeds.of(wire.seed(), n), n),
        new Guidance(steps, guidance(wire)),
        Sampling.EXACT);
  }

  private static String prompt(@Nullable String prompt) {
    if (prompt == null) {
      throw ApiException.badRequest("prompt", "prompt is missing, must be a string");
    }
    return text("prompt", prompt, "");
  }

  private static String text(String name, @Nullable String given, String fallback) {
    String text = requireNonNullElse(given, fallback);
    int length = text.codePointCount(0, text.length());
    if (length > MAX_PROMPT) {
      throw ApiException.badRequest(
          name, "%s has %d characters, at most %d are allowed".formatted(name, length, MAX_PROMPT));
    }
    return text;
  }

  private PictureSize size(ImageGenerationRequest wire) {
    PictureSize named = namedSize(requireNonNullElse(wire.size(), "auto"));
    int width = number("width", wire.width(), named.width(), 1, 1 << 16);
    int height = number("height", wire.height(), named.height(), 1, 1 << 16);
    var size = new PictureSize(width, height);
    if (size.pixels() > settings.maxImagePixels()) {
      throw refused("size", size, "at most %d pixels".formatted(settings.maxImagePixels()));
    }
    return size;
  }

  private PictureSize namedSize(String size) {
    if (size.equalsIgnoreCase("auto")) {
      return settings.defaults().size();
    }
    try {
      return PictureSize.parse(size);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("size", String.valueOf(e.getMessage()));
    }
  }

  private static double guidance(ImageGenerationRequest wire) {
    Double guidance = wire.guidanceScale();
    if (guidance != null && !(guidance >= 0 && guidance <= Float.MAX_VALUE)) {
      throw refused("guidance_scale", guidance, "a number of 0 or more");
    }
    double fallback = requireNonNullElse(guidance, Guidance.DEFAULT_SCALE);
    return requireNonNullElse(wire.trueCfgScale(), fallback);
  }

  private ImageEncoder encoder(ImageGenerationRequest wire) {
    ImageFormat format = format(requireNonNullElse(wire.outputFormat(), "png"));
    OptionalInt compression = compression(wire);
    return ImageEncoder.of(format, setting(format, compression));
  }

  private static ImageFormat format(String name) {
    try {
      return ImageFormat.named(name);
    } catch (IllegalArgumentException e) {
      throw refused("output_format", name, "png, jpeg or webp");
    }
  }

  /// SGLang's order: the number, then the word, then the server's setting.
  private OptionalInt compression(ImageGenerationRequest wire) {
    OptionalInt named = OUTPUT_QUALITIES.get(requireNonNullElse(wire.outputQuality(), "default"));
    if (named == null) {
      throw refused(
          "output_quality", wire.outputQuality(), "default, maximum, high, medium or low");
    }
    if (wire.outputCompression() != null) {
      int given = wire.outputCompression();
      return OptionalInt.of(number("output_compression", given, given, 0, 100));
    }
    return named.isPresent() ? named : settings.outputCompression();
  }

  /// PNG's level is a tenth of it (SGLang's rule); JPEG knows no quality 0.
  private static OptionalInt setting(ImageFormat format, OptionalInt compression) {
    if (compression.isEmpty()) {
      return compression;
    }
    int value = compression.getAsInt();
    return OptionalInt.of(
        switch (format) {
          case PNG -> Math.round(value * 9 / 100f);
          case JPEG -> Math.max(1, value);
          case WEBP -> value;
        });
  }

  private static int number(String name, @Nullable Integer given, int fallback, int low, int high) {
    if (given == null) {
      return fallback;
    }
    if (given < low || given > high) {
      throw refused(name, given, low + " to " + high);
    }
    return given;
  }

  private static ApiException refused(String name, @Nullable Object value, String allowed) {
    return ApiException.badRequest(name, name + " is " + value + ", must be " + allowed);
  }
}
