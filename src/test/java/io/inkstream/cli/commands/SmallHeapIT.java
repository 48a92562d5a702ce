package io.inkstream.cli.commands;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.inkstream.Await;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The packaged server with a heap of 64 MB: every request has an answer, and the server lives.
class SmallHeapIT {
  private static final Pattern PICTURE = Pattern.compile("\"b64_json\":\"[^\"]+\"");
  private static final Pattern FITS = Pattern.compile("n may be (\\d+)");

  private static final int LARGEST = 50 << 20;
  private static final int HEAD_OF_PNG = 8 + 12 + 13;

  @TempDir private static Path folder;
  private static PackagedServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() throws IOException {
    assumeFalse(Program.isNative(), "the heap of the Java machine");
    server =
        PackagedServer.startOn(
            "-Xmx64m", folder, "--output-path", folder.resolve("kept").toString());
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
      client.close();
    }
  }

  /// Files of level 0 are as large as files get.
  @ParameterizedTest
  @CsvSource({"5, 768, false", "10, 512, true"})
  void whatFitsIsAnsweredAndWhatDoesNotIsRefusedWithWhatWould(int n, int side, boolean stream)
      throws Exception {
    HttpResponse<String> answer = draw(n, side, stream);
    int fits = n;
    if (answer.statusCode() == 400) {
      var would = FITS.matcher(answer.body());
      assertThat(would.find()).as(answer.body()).isTrue();
      fits = Integer.parseInt(would.group(1));
      assertThat(fits).isLessThan(n);
      answer = draw(fits, side, stream);
    }

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(PICTURE.matcher(answer.body()).results()).hasSize(fits);
    assertThat(answer.body()).endsWith(stream ? "\n\n" : "}").doesNotContain("event: error");
    Await.until("nothing runs", () -> server.gauge("inkstream_queue_running") == 0);
  }

  @Test
  void aPictureThatNeverFitsIsRefused() throws Exception {
    HttpResponse<String> answer = draw(1, 2048, false);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"param\":\"size\"", "of the Java heap", "would fit");
  }

  @Test
  void manyLongPromptsAreRememberedWithinTheirShare() throws Exception {
    var random = new Random(3);
    for (int i = 0; i < 40; i++) {
      String prompt =
          random
              .ints(480, 0, 9999)
              .mapToObj(word -> "sun" + (char) ('a' + word % 26) + word % 7)
              .collect(Collectors.joining(" "));
      assertThat(post("{\"prompt\":\"" + prompt + "\",\"size\":\"64x64\"").statusCode())
          .isEqualTo(200);
    }

    assertThat(server.gauge("inkstream_prompts_remembered")).isPositive();
    assertThat(server.gauge("inkstream_prompts_remembered_bytes")).isBetween(1.0, 4.0 * (1 << 20));
  }

  /// Each has all the bytes that one may have, most of them in a chunk that says nothing. What the
  /// model has against so many comes when all of them are on the disk and have been looked at.
  @Test
  void sixteenPicturesOf50MbComeToTheDiskAndNotToTheHeap() throws Exception {
    Path large = largePicture(LARGEST);

    assertThat(edit(Collections.nCopies(1, large)).statusCode()).isEqualTo(200);
    HttpResponse<String> answer = edit(Collections.nCopies(16, large));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("image is a list of 16, must be one picture");
    Await.until("they are deleted", () -> inputs().isEmpty());
  }

  @Test
  void oneByteMoreInOneOfThemIs413() throws Exception {
    HttpResponse<String> answer =
        edit(List.of(largePicture(LARGEST), largePicture(LARGEST + 1), largePicture(LARGEST)));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
    assertThat(answer.body()).contains("\"error\"");
    Await.until("they are deleted", () -> inputs().isEmpty());
  }

  private static List<Path> inputs() {
    try (Stream<Path> all = Files.walk(folder.resolve("kept/inputs"))) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of(folder); // one is deleted just now
    }
  }

  /// A small picture, and behind its head a private chunk.
  private static Path largePicture(int bytes) throws IOException {
    Path file = folder.resolve(bytes + ".png");
    if (Files.exists(file)) {
      return file;
    }
    byte[] small = Files.readAllBytes(Path.of("src/test/resources/pictures/rgb.png"));
    byte[] contents = new byte[bytes - small.length - 12];
    byte[] type = "inKs".getBytes(ISO_8859_1);
    var sum = new CRC32();
    sum.update(type);
    sum.update(contents);
    try (var out = new DataOutputStream(Files.newOutputStream(file))) {
      out.write(small, 0, HEAD_OF_PNG);
      out.writeInt(contents.length);
      out.write(type);
      out.write(contents);
      out.writeInt((int) sum.getValue());
      out.write(small, HEAD_OF_PNG, small.length - HEAD_OF_PNG);
    }
    return file;
  }

  private static HttpResponse<String> edit(List<Path> pictures) throws Exception {
    List<BodyPublisher> parts = new ArrayList<>();
    for (Path picture : pictures) {
      parts.add(
          BodyPublishers.ofString(
              "--XX\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n"));
      parts.add(BodyPublishers.ofFile(picture));
      parts.add(BodyPublishers.ofString("\r\n"));
    }
    for (var field :
        Map.of("prompt", "a", "size", "64x64", "num_inference_steps", "1").entrySet()) {
      parts.add(
          BodyPublishers.ofString(
              "--XX\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                  .formatted(field.getKey(), field.getValue())));
    }
    parts.add(BodyPublishers.ofString("--XX--\r\n"));
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/images/edits"))
            .version(HttpClient.Version.HTTP_1_1)
            .header("Content-Type", "multipart/form-data; boundary=XX")
            .timeout(Duration.ofMinutes(8))
            .POST(BodyPublishers.concat(parts.toArray(BodyPublisher[]::new)))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static HttpResponse<String> draw(int n, int side, boolean stream) throws Exception {
    return post(
        "{\"prompt\":\"a\",\"n\":%d,\"size\":\"%dx%d\",\"output_compression\":0,\"stream\":%s"
            .formatted(n, side, side, stream));
  }

  private static HttpResponse<String> post(String start) throws Exception {
    String body = start + ",\"num_inference_steps\":1,\"true_cfg_scale\":1}";
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/images/generations"))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofMinutes(4))
            .POST(BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
