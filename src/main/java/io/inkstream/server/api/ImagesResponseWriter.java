package io.inkstream.server.api;

import io.inkstream.engine.device.SystemMemory;
import io.inkstream.server.http.ChunkedJson;
import io.inkstream.server.http.Chunks;
import io.inkstream.server.jobs.Drawn;
import io.inkstream.server.jobs.FinishedPicture;
import io.inkstream.server.order.Order;
import io.inkstream.server.store.PictureStore;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Turns finished pictures into an answer. Work for a worker thread: pictures may be written to
/// disk.
@Singleton
public final class ImagesResponseWriter {
  private final ChunkedJson json;
  private final PictureStore store;

  ImagesResponseWriter(ChunkedJson json, PictureStore store) {
    this.json = json;
    this.store = store;
  }

  /// The JSON of an [ImagesResponse].
  ///
  /// @throws io.inkstream.server.store.StoreException if the pictures cannot be kept
  public Chunks write(ImageOrder order, Drawn drawn) {
    String id = PictureStore.newId();
    var pictures = drawn.pictures();
    return json.write(
        response(
            id,
            order
                .links()
                .map(base -> linked(id, base, order.order(), pictures))
                .orElse(held(pictures)),
            order.order(),
            order.quality(),
            drawn));
  }

  /// Keeps the pictures.
  ///
  /// @param base where links begin
  /// @throws io.inkstream.server.store.StoreException if the pictures cannot be kept
  public ImagesResponse keep(Order order, URI base, String quality, Drawn drawn) {
    String id = PictureStore.newId();
    return response(id, linked(id, base, order, drawn.pictures()), order, quality, drawn);
  }

  private static ImagesResponse response(
      String id, List<ImagesResponse.Image> images, Order order, String quality, Drawn drawn) {
    return new ImagesResponse(
        id,
        Instant.now().getEpochSecond(),
        images,
        Background.of(drawn.pictures().stream().anyMatch(FinishedPicture::transparent)),
        order.output().format().word(),
        quality,
        drawn.pictures().getFirst().size(),
        order.drawing().guidance().steps(),
        order.drawing().guidance().trueCfgScale(),
        ImagesResponse.Usage.of(drawn.tokens(), drawn.pictures().size()),
        drawn.elapsed().toMillis() / 1000.0,
        peakMemoryMb(),
        drawn.cache().map(ImagesResponse.Cache::of).orElse(null),
        drawn.forecast().map(ImagesResponse.Forecast::of).orElse(null));
  }

  private static List<ImagesResponse.Image> held(List<FinishedPicture> pictures) {
    return pictures.stream().map(ImagesResponse.Image::held).toList();
  }

  private List<ImagesResponse.Image> linked(
      String id, URI base, Order order, List<FinishedPicture> pictures) {
    var files = pictures.stream().map(FinishedPicture::file).toList();
    store.put(id, order.output().format().extension(), files);
    return pictures.stream()
        .map(picture ->
            ImagesResponse.Image.linked(
                picture, PictureLinks.of(base, id, picture.index(), pictures.size())))
        .toList();
  }

  private static @Nullable Double peakMemoryMb() {
    OptionalLong bytes = SystemMemory.peakResident();
    return bytes.isPresent() ? bytes.getAsLong() / (double) (1 << 20) : null;
  }
}
