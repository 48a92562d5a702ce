package io.inkstream.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.forecast.ForecastDecision;
import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.image.Picture;
import io.inkstream.engine.image.Pixels;
import io.inkstream.server.http.ChunkedJson;
import io.inkstream.server.http.Chunks;
import io.inkstream.server.http.OpenAiError;
import io.inkstream.server.http.ServerSentEvents;
import io.inkstream.server.jobs.Drawn;
import io.inkstream.server.jobs.FinishedPicture;
import io.inkstream.server.jobs.JobEvent;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The frames of a streamed answer. Those with pictures take their time.
@Singleton
public final class ImageStreamWriter {
  private static final ImageEncoder SMALL = ImageFormat.JPEG.encoder(OptionalInt.of(80));

  private final ChunkedJson json;

  ImageStreamWriter(ChunkedJson json) {
    this.json = json;
  }

  /// A picture on the way.
  Chunks partial(ImageOrder order, Picture picture, int index, int image, JobEvent.StepMade made) {
    return frame(
        new ImageStreamEvent.PartialImage(
            type(order, ImageStreamEvent.PartialImage.NAME),
            picture.file(order.encoder()),
            Instant.now().getEpochSecond(),
            size(picture.pixels()),
            order.quality(),
            Background.of(picture.pixels().alpha().isPresent() && order.encoder().keepsAlpha()),
            name(order.encoder()),
            index,
            image,
            made.step(),
            made.steps()));
  }

  /// A finished picture.
  Chunks completed(ImageOrder order, Drawn drawn, FinishedPicture picture, String id) {
    return frame(
        new ImageStreamEvent.Completed(
            type(order, ImageStreamEvent.Completed.NAME),
            picture.file(),
            Instant.now().getEpochSecond(),
            picture.size(),
            order.quality(),
            Background.of(picture.transparent()),
            name(order.encoder()),
            ImagesResponse.Usage.of(drawn.tokens(), 1),
            picture.index(),
            picture.seed(),
            picture.prompt(),
            id,
            seconds(drawn.elapsed()),
            drawn.cache().map(ImagesResponse.Cache::of).orElse(null),
            drawn.forecast().map(ImagesResponse.Forecast::of).orElse(null)));
  }

  Chunks queued(ImageOrder order, int position, Duration waited) {
    return progress(order, "queued", waited, position);
  }

  Chunks stage(ImageOrder order, JobEvent.StageBegan stage) {
    return progress(order, stage.stage().name().toLowerCase(Locale.ROOT), stage.elapsed(), null);
  }

  private Chunks progress(
      ImageOrder order, String stage, Duration elapsed, @Nullable Integer position) {
    return frame(
        new ImageStreamEvent.Progress(
            type(order, ImageStreamEvent.Progress.NAME),
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
  Chunks step(ImageOrder order, JobEvent.StepMade made, List<Picture> previews) {
    var cache = made.cache().stream().map(ImageStreamEvent.Decision::of).toList();
    return frame(
        new ImageStreamEvent.Progress(
            type(order, ImageStreamEvent.Progress.NAME),
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
  public Chunks error(OpenAiError error) {
    return ServerSentEvents.event("error", json.write(error));
  }

  private Chunks frame(ImageStreamEvent event) {
    return ServerSentEvents.event(event.type(), json.write(event));
  }

  /// A finished picture of an answer that was kept.
  ///
  /// @param family as of [ImageOrder#eventFamily]
  /// @param answer with files
  public Chunks completed(String family, ImagesResponse answer, int index) {
    ImagesResponse.Image picture = answer.data().get(index);
    return frame(
        new ImageStreamEvent.Completed(
            family + "." + ImageStreamEvent.Completed.NAME,
            Objects.requireNonNull(picture.b64Json()),
            answer.created(),
            answer.size(),
            answer.quality(),
            answer.background(),
            answer.outputFormat(),
            answer.usage().ofOne(answer.data().size()),
            index,
            picture.seed(),
            picture.revisedPrompt(),
            answer.id(),
            answer.inferenceTimeS(),
            answer.cache(),
            answer.forecast()));
  }

  /// How far a kept drawing is.
  ///
  /// @param family as of [ImageOrder#eventFamily]
  /// @param said fields of an [ImageStreamEvent.Progress] but its type
  public Chunks progress(String family, ObjectNode said) {
    String type = family + "." + ImageStreamEvent.Progress.NAME;
    ObjectNode typed = JsonNodeFactory.instance.objectNode();
    typed.put("type", type).setAll(said);
    return ServerSentEvents.event(type, json.write(typed));
  }

  private static String type(ImageOrder order, String name) {
    return order.eventFamily() + "." + name;
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
