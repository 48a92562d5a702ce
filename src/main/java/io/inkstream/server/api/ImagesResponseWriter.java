package io.inkstream.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.engine.runtime.SystemMemory;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.jobs.JobEvent.Completed;
import io.inkstream.server.order.PictureRecord;
import io.inkstream.server.store.PictureStore;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/// Turns finished pictures into an answer's bytes. Work for a worker thread: it takes time.
@Singleton
final class ImagesResponseWriter {
  private final ObjectMapper mapper;
  private final PictureStore store;
  private final PictureRecord record;

  ImagesResponseWriter(
      ObjectMapper mapper,
      PictureStore store,
      ServerSettings settings,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.mapper = mapper;
    this.store = store;
    this.record = new PictureRecord(settings.model().name(), version);
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
            order.order().output().format().word(),
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
    order
        .links()
        .ifPresent(base -> store.put(id, order.order().output().format().extension(), files));
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
    var texts = record.texts(order.order(), image, completed.cache(), completed.forecast());
    return order.encoder().encode(image.pixels(), texts);
  }
}
