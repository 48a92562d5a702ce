package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.images.ImageCreateVariationParams;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImageGenerateParams.ResponseFormat;
import io.inkstream.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The official Java client and a packaged server that wants a key and where nothing waits.
class OpenAiJavaClientIT {
  private static final String KEY = "sk-java";
  private static final int MINUTES_OF_STEPS = 10_000;

  @TempDir private static Path folder;
  private static PackagedServer server;

  private final OpenAIClient client = client(KEY).build();

  @BeforeAll
  static void start() throws IOException {
    server =
        PackagedServer.start(
            folder,
            "--model-path",
            PoisonedModel.in(folder).toString(),
            "--api-key",
            KEY,
            "--max-queued-requests",
            "0",
            "--heartbeat-interval",
            "1");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void nothingIsLeft() {
    Await.until("nothing runs", () -> server.gauge("inkstream_queue_running") == 0);
    client.close();
  }

  @Test
  void drawsThreePicturesAsText() {
    var images = client.images().generate(apple().n(3).build()).data().orElseThrow();

    assertThat(images).hasSize(3).doesNotHaveDuplicates();
    images.forEach(image -> assertThat(png(image.b64Json().orElseThrow())).isTrue());
  }

  @Test
  void drawsPicturesThatAreFetched() throws Exception {
    var request = apple().n(2).responseFormat(ResponseFormat.URL).build();

    for (var image : client.images().generate(request).data().orElseThrow()) {
      try (InputStream picture = URI.create(image.url().orElseThrow()).toURL().openStream()) {
        assertThat(picture.readAllBytes()).startsWith(0x89, 'P', 'N', 'G');
      }
    }
  }

  @Test
  void editsPicturesOfFilesAndBytes() {
    Path picture = Path.of("src/test/resources/pictures/rgb.png");
    var ofFile = edit().image(picture).mask(picture).build();
    var named =
        MultipartField.<ImageEditParams.Image>builder()
            .value(ImageEditParams.Image.ofInputStream(new ByteArrayInputStream(read(picture))))
            .filename("picture.png") // without one it is a field of text
            .build();
    var ofBytes = edit().image(named).build();

    for (var request : List.of(ofFile, ofBytes)) {
      var images = client.images().edit(request).data().orElseThrow();
      assertThat(images).hasSize(1);
      assertThat(png(images.getFirst().b64Json().orElseThrow())).isTrue();
    }
  }

  @Test
  void drawsVariations() {
    var request =
        ImageCreateVariationParams.builder()
            .image(Path.of("src/test/resources/pictures/420.jpg"))
            .n(2)
            .putAdditionalBodyProperty("size", JsonValue.from("64x64"))
            .putAdditionalBodyProperty("num_inference_steps", JsonValue.from(2))
            .build();

    assertThat(client.images().createVariation(request).data().orElseThrow()).hasSize(2);
  }

  private static ImageEditParams.Builder edit() {
    return ImageEditParams.builder()
        .prompt("a green apple")
        .size("64x64")
        .putAdditionalBodyProperty("num_inference_steps", JsonValue.from(2));
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void takesNullForWhatIsOptional() {
    ImageGenerateParams.Builder nothing =
        apple()
            .n(Optional.empty())
            .background(Optional.empty())
            .moderation(Optional.empty())
            .outputCompression(Optional.empty())
            .outputFormat(Optional.empty())
            .partialImages(Optional.empty())
            .quality(Optional.empty())
            .responseFormat(Optional.empty())
            .style(Optional.empty());

    assertThat(client.images().generate(nothing.build()).data().orElseThrow()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void streamsPartialImagesThenThePicture(int partialImages) {
    var request = steps(12).partialImages(partialImages).build();

    List<ImageGenStreamEvent> events;
    try (var answer = client.images().generateStreaming(request)) {
      events = answer.stream().toList();
    }

    assertThat(events).hasSize(partialImages + 1).allMatch(ImageGenStreamEvent::isValid);
    for (int i = 0; i < partialImages; i++) {
      var partial = events.get(i).asGenerationPartialImage();
      assertThat(partial.partialImageIndex()).isEqualTo(i);
      assertThat(png(partial.b64Json())).isTrue();
    }
    var completed = events.getLast().asGenerationCompleted();
    assertThat(png(completed.b64Json())).isTrue();
    assertThat(completed.usage().totalTokens()).isPositive();
  }

  @Test
  void heartbeatsBetweenSlowStepsAreNoEvents() {
    var request = steps(100).size("512x512").partialImages(1).build();

    try (var answer = client.images().generateStreaming(request)) {
      assertThat(answer.stream()).hasSize(2);
    }
  }

  @Test
  void aFailureInTheMiddleIsAnSseException() {
    var request = steps(2).prompt(PoisonedModel.POISON).build();

    try (var answer = client.images().generateStreaming(request)) {
      assertThatThrownBy(() -> answer.stream().toList())
          .isInstanceOfSatisfying(
              SseException.class, e -> assertThat(e.type()).contains("server_error"));
    }
  }

  @Test
  void aFailedPictureIsAServerErrorThatIsNotRepeated() {
    assertThatThrownBy(
            () -> client.images().generate(steps(2).prompt(PoisonedModel.POISON).build()))
        .isInstanceOfSatisfying(
            InternalServerException.class,
            e -> assertThat(e.headers().values("x-should-retry")).containsExactly("false"));
  }

  @Test
  void readsRefusalsAsItsTypedExceptions() {
    assertThatThrownBy(() -> client.images().generate(apple().prompt("a".repeat(32_001)).build()))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.param()).contains("prompt"));
    assertThatThrownBy(() -> client.images().generate(apple().n(11).build()))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.param()).contains("n"));
    assertThatThrownBy(() -> client.images().generate(apple().model("dall-e-2").build()))
        .isInstanceOfSatisfying(
            NotFoundException.class, e -> assertThat(e.code()).contains("model_not_found"));
  }

  @Test
  void aWrongKeyIsRefused() {
    OpenAIClient stranger = client("sk-other").build();

    assertThatThrownBy(() -> stranger.images().generate(apple().build()))
        .isInstanceOfSatisfying(
            UnauthorizedException.class, e -> assertThat(e.code()).contains("invalid_api_key"));
  }

  @Test
  void aFullQueueSaysWhenToComeAgain() {
    try (var running = drawing()) {
      assertThat(running.stream().findFirst()).isPresent();
      assertThatThrownBy(() -> client.images().generate(apple().build()))
          .isInstanceOfSatisfying(
              RateLimitException.class,
              e -> assertThat(e.headers().values("retry-after")).hasSize(1));
    }
  }

  @Test
  void closingAStreamEarlyStopsTheJob() {
    try (var answer = drawing()) {
      assertThat(answer.stream().findFirst()).isPresent();
      assertThat(server.gauge("inkstream_queue_running")).isEqualTo(1);
    }
  }

  @Test
  void aTimeOutStopsTheJob() {
    OpenAIClient impatient = client(KEY).timeout(Duration.ofSeconds(1)).build();

    assertThatThrownBy(() -> impatient.images().generate(steps(MINUTES_OF_STEPS).build()))
        .isInstanceOf(OpenAIIoException.class);
  }

  private StreamResponse<ImageGenStreamEvent> drawing() {
    return client
        .images()
        .generateStreaming(
            steps(MINUTES_OF_STEPS)
                .putAdditionalBodyProperty("stream_progress", JsonValue.from(true))
                .build());
  }

  private static OpenAIOkHttpClient.Builder client(String key) {
    return OpenAIOkHttpClient.builder().apiKey(key).baseUrl(server.url()).maxRetries(0);
  }

  private static ImageGenerateParams.Builder apple() {
    return steps(2);
  }

  private static ImageGenerateParams.Builder steps(int steps) {
    return ImageGenerateParams.builder()
        .model("qwen-image-tiny")
        .prompt("a red apple")
        .size("64x64")
        .putAdditionalBodyProperty("num_inference_steps", JsonValue.from(steps));
  }

  private static boolean png(String base64) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    return bytes[0] == (byte) 0x89 && bytes[1] == 'P';
  }
}
