package io.inkstream.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.image.GenerationParameters;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.runtime.SystemMemory;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.jobs.JobEvent.Completed;
import io.inkstream.server.store.PictureStore;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns finished pictures into an answer's bytes. Work for a worker thread: it takes time.
@Singleton
final class ImagesResponseWriter {
  private final ObjectMapper mapper;
  private final PictureStore store;
  private final String model;

  ImagesResponseWriter(ObjectMapper mapper, PictureStore store, ServerSettings settings) {
    this.mapper = mapper;
    this.store = store;
    this.model = settings.model().name();
  }

  /// The JSON of an [ImagesResponse].
  ///
  /// @throws io.inkstream.server.store.StoreException if the pictures cannot be kept
  byte[] write(ImageOrder order, Completed completed) {
    String id = PictureStore.newId();
    Pixels first = completed.images().getFirst().pixels();
    var response =
        new ImagesResponse(
            id,
            Instant.now().getEpochSecond(),
            data(id, order, completed),
            "opaque",
            order.encoder().format().name().toLowerCase(Locale.ROOT),
            order.quality(),
            first.width() + "x" + first.height(),
            ImagesResponse.Usage.of(completed.tokens(), completed.images().size()),
            completed.elapsed().toMillis() / 1000.0,
            peakMemoryMb(),
            completed.cache().map(ImagesResponse.Cache::of).orElse(null),
            completed.forecast().map(ImagesResponse.Forecast::of).orElse(null));
    try {
      return mapper.writeValueAsBytes(response);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the answer has no form in JSON", e);
    }
  }

  private List<ImagesResponse.Image> data(String id, ImageOrder order, Completed completed) {
    var images = completed.images();
    var files = images.stream().map(image -> file(order, completed, image)).toList();
    order.links().ifPresent(base -> store.put(id, order.encoder().format().extension(), files));
    return IntStream.range(0, images.size())
        .mapToObj(i -> {
          var image = images.get(i);
          return order
              .links()
              .map(base -> PictureLinks.of(base, id, i, images.size()))
              .map(link -> ImagesResponse.Image.linked(image, link))
              .orElseGet(() -> ImagesResponse.Image.held(image, files.get(i)));
        })
        .toList();
  }

  private static @Nullable Double peakMemoryMb() {
    OptionalLong bytes = SystemMemory.peakResident();
    return bytes.isPresent() ? bytes.getAsLong() / (double) (1 << 20) : null;
  }

  /// The picture's file, with the settings that drew it inside.
  byte[] file(ImageOrder order, Completed completed, GeneratedImage image) {
    var settings = settings(order.request(), image);
    order
        .cache()
        .ifPresent(params -> {
          settings.put("enable_cache_dit", true);
          settings.put("cache_dit_params", params.toMap());
        });
    completed.cache().ifPresent(did -> settings.put("cache", did.name()));
    completed
        .forecast()
        .ifPresent(did -> {
          order
              .request()
              .forecast()
              .ifPresent(asked -> settings.put("forecast", asked.as(did.policy()).toMap()));
          settings.put("forecast_steps", did.line());
        });
    var texts = GenerationParameters.texts(settings);
    return order.encoder().encode(image.pixels(), texts);
  }

  private Map<String, Object> settings(GenerationRequest request, GeneratedImage image) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("prompt", image.prompt());
    settings.put("negative_prompt", request.texts().negatives().getFirst());
    settings.put("num_inference_steps", request.guidance().steps());
    settings.put("sampler", request.sampling().sampler().title());
    settings.put("true_cfg_scale", request.guidance().trueCfgScale());
    settings.put("seed", image.seed());
    settings.put("width", image.pixels().width());
    settings.put("height", image.pixels().height());
    settings.put("model", model);
    settings.put("max_sequence_length", request.texts().maxSequenceLength());
    // With one seed, the pictures take their noise in turn: the index tells which draw.
    if (request.images() > 1 && request.draws().seeds().size() == 1) {
      settings.put("image_index", image.index());
    }
    return settings;
  }
}
