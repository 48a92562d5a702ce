package io.inkstream.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.image.Picture;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.server.jobs.JobEvent;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The frames of a streamed answer. Those with pictures take their time.
@Singleton
final class ImageStreamWriter {
  private static final ImageEncoder SMALL = ImageFormat.JPEG.encoder(OptionalInt.of(80));

  private final ObjectMapper mapper;
  private final ImagesResponseWriter responses;

  ImageStreamWriter(ObjectMapper mapper, ImagesResponseWriter responses) {
    this.mapper = mapper;
    this.responses = responses;
  }

  /// A picture on the way.
  byte[] partial(ImageOrder order, Picture picture, int index, int image, JobEvent.StepMade made) {
    return frame(
        new ImageStreamEvent.PartialImage(
            ImageStreamEvent.PartialImage.TYPE,
            picture.file(order.encoder()),
            Instant.now().getEpochSecond(),
            size(picture.pixels()),
            order.quality(),
            "opaque",
            name(order.encoder()),
            index,
            image,
            made.step(),
            made.steps()));
  }

  /// A finished picture.
  byte[] completed(
      ImageOrder order, JobEvent.Completed completed, GeneratedImage image, String id) {
    return frame(
        new ImageStreamEvent.Completed(
            ImageStreamEvent.Completed.TYPE,
            responses.file(order, completed, image),
            Instant.now().getEpochSecond(),
            size(image.pixels()),
            order.quality(),
            "opaque",
            name(order.encoder()),
            ImagesResponse.Usage.of(completed.tokens(), 1),
            image.index(),
            image.seed(),
            image.prompt(),
            id,
            seconds(completed.elapsed()),
            completed.cache().map(ImagesResponse.Cache::of).orElse(null),
            completed.forecast().map(ImagesResponse.Forecast::of).orElse(null)));
  }

  byte[] queued(int position, Duration waited) {
    return progress("queued", waited, position);
  }

  byte[] stage(JobEvent.StageBegan stage) {
    return progress(stage.stage().name().toLowerCase(Locale.ROOT), stage.elapsed(), null);
  }

  private byte[] progress(String stage, Duration elapsed, @Nullable Integer position) {
    return frame(
        new ImageStreamEvent.Progress(
            ImageStreamEvent.Progress.TYPE,
            stage,
            seconds(elapsed),
            position,
            null,
            null,
            null,
            null,
            null,
            null));
  }

  /// @param previews of each picture; none if there are none
  byte[] step(JobEvent.StepMade made, List<Picture> previews) {
    var cache = made.cache().stream().map(ImageStreamEvent.Decision::of).toList();
    return frame(
        new ImageStreamEvent.Progress(
            ImageStreamEvent.Progress.TYPE,
            "denoising",
            seconds(made.time().elapsed()),
            null,
            made.step(),
            made.steps(),
            seconds(made.time().left()),
            cache.isEmpty() ? null : cache,
            made.forecast().map(ForecastDecision::outcome).orElse(null),
            previews.isEmpty() ? null : small(previews)));
  }

  private static List<ImageStreamEvent.SmallPicture> small(List<Picture> previews) {
    return IntStream.range(0, previews.size())
        .mapToObj(image -> small(image, previews.get(image)))
        .toList();
  }

  private static ImageStreamEvent.SmallPicture small(int image, Picture picture) {
    byte[] file = picture.file(SMALL);
    return new ImageStreamEvent.SmallPicture(image, file, name(SMALL), size(picture.pixels()));
  }

  /// What went wrong, after which nothing comes.
  byte[] error(OpenAiError error) {
    return ServerSentEvents.event("error", json(error));
  }

  private byte[] frame(ImageStreamEvent event) {
    return ServerSentEvents.event(event.type(), json(event));
  }

  private byte[] json(Object data) {
    try {
      return mapper.writeValueAsBytes(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event has no form in JSON", e);
    }
  }

  private static String size(Pixels pixels) {
    return pixels.width() + "x" + pixels.height();
  }

  private static String name(ImageEncoder encoder) {
    return encoder.format().word();
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
