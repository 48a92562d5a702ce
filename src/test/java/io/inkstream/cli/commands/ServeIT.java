package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.inkstream.Await;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The packaged server as its users start it, and the real OpenAI client of Python.
class ServeIT {
  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final Path TURBO = HOME.resolve("src/test/resources/goldens/qwen21/tiny21-turbo");
  private static final Pattern READY = Pattern.compile("Inkstream is ready: (\\S+) .*");
  private static final Pattern PICTURE = Pattern.compile("\"b64_json\":\"([^\"]+)\"");
  private static final Pattern LINK = Pattern.compile("\"url\":\"([^\"]+)\"");
  private static final HttpResponse.BodyHandler<byte[]> BYTES =
      HttpResponse.BodyHandlers.ofByteArray();
  private static final String ORDER =
      "{\"prompt\":\"a red apple\",\"size\":\"64x64\",\"num_inference_steps\":%d,"
          + "\"output_format\":\"%s\"}";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final long LONGEST_SECONDS = 120;

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void theCookbooksScriptDrawsAndAStopIsInOrder() throws Exception {
    String python = System.getenv().getOrDefault("INKSTREAM_PYTHON", "");
    assumeFalse(
        python.isEmpty(), "INKSTREAM_PYTHON names no Python with src/test/python's packages");

    // Given
    Process server = serve();
    String url = awaitReady(server);
    Path picture = folder.resolve("logo.png");

    // When
    Process client =
        start(
            python,
            HOME.resolve("src/test/python/openai_cookbook.py").toString(),
            url,
            "qwen-image-pocket",
            picture.toString());

    // Then
    assertThat(exit(client)).as(Files.readString(folder.resolve("err"))).isZero();
    assertThat(picture).isNotEmptyFile();
    server.destroy();
    assertThat(exit(server)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"png,89504e47", "jpeg,ffd8ff", "webp,52494646"})
  void drawsInEveryFormat(String format, String magic) throws Exception {
    String url = awaitReady(serve());

    var answer = post(url, ORDER.formatted(2, format));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"inference_time_s\"", "\"seed\"");
    assertThat(HexFormat.of().formatHex(picture(answer.body()))).startsWith(magic);
  }

  @Test
  void reusesBlocksAndCountsWhatItDid() throws Exception {
    String url = awaitReady(serve());

    var answer = post(url, "{\"prompt\":\"a\",\"size\":\"64x64\",\"enable_cache_dit\":true}");

    assertThat(answer.body()).contains("\"cached_steps\"");
    assertThat(get(url, "/../q/metrics").body()).contains("inkstream_cache_decisions_total");
  }

  @Test
  void streamsItsStepsAndThePicture() throws Exception {
    String url = awaitReady(serve());

    var answer =
        post(
            url,
            "{\"prompt\":\"a\",\"size\":\"64x64\",\"num_inference_steps\":4,\"stream\":true,"
                + "\"partial_images\":1,\"stream_progress\":true,\"preview\":\"fast\"}");

    assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(answer.body())
        .contains("event: image_generation.progress\n", "\"previews\"")
        .contains("event: image_generation.partial_image\n")
        .contains("event: image_generation.completed\n")
        .doesNotContain("event: error");
  }

  @Test
  void hangingUpEndsTheWork() throws Exception {
    // Given
    String url = awaitReady(serve());
    var request =
        order(
            url,
            "{\"prompt\":\"a\",\"num_inference_steps\":1000,\"stream\":true,"
                + "\"stream_progress\":true}");

    // When
    try (var lines = HTTP.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
      assertThat(lines.anyMatch(line -> line.contains("\"step\":2,"))).isTrue();
    }

    // Then
    Await.until("nothing runs", () -> metric(url, "inkstream_queue_running") == 0);
    assertThat(post(url, ORDER.formatted(1, "png")).statusCode()).isEqualTo(200);
  }

  @Test
  void keepsPicturesUnderTheirAddress() throws Exception {
    String url = awaitReady(serve("--output-path", folder.resolve("kept").toString()));

    var answer = post(url, "{\"prompt\":\"a\",\"size\":\"64x64\",\"response_format\":\"url\"}");

    Matcher link = LINK.matcher(answer.body());
    assertThat(link.find()).as(answer.body()).isTrue();
    var picture = HTTP.send(HttpRequest.newBuilder(URI.create(link.group(1))).build(), BYTES);
    assertThat(picture.headers().firstValue("content-type")).contains("image/png");
    assertThat(HexFormat.of().formatHex(picture.body())).startsWith("89504e47");
  }

  @Test
  void refusesWhatItCannotDraw() throws Exception {
    String url = awaitReady(serve());

    var answer = post(url, "{\"prompt\":\"a\",\"n\":11}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"param\":\"n\"", "invalid_request_error");
  }

  @Test
  void theTurboModelDrawsWithTransparencyInItsOwnSteps() throws Exception {
    String url = awaitReady(serve("--model-path", TURBO.toString()));

    var answer =
        post(
            url,
            "{\"prompt\":\"a fox\",\"size\":\"64x64\",\"num_inference_steps\":30,"
                + "\"background\":\"transparent\",\"output_format\":\"webp\"}");
    var flattened = post(url, ORDER.formatted(1, "jpeg"));

    assertThat(answer.body())
        .contains("\"background\":\"transparent\"", "\"num_inference_steps\":8");
    assertThat(new String(picture(answer.body()), StandardCharsets.ISO_8859_1)).contains("VP8L");
    assertThat(flattened.body()).contains("\"background\":\"opaque\"");
  }

  /// A form with two pictures, one of them transparent, to a model that also draws from words.
  @Test
  void theTurboModelEditsTwoPicturesOfAForm() throws Exception {
    // Given
    String url = awaitReady(serve("--model-path", TURBO.toString()));
    byte[] one = picture(post(url, ORDER.formatted(8, "png")).body());
    byte[] other = picture(post(url, ORDER.formatted(8, "jpeg")).body());
    var form = new ByteArrayOutputStream();
    part(form, "image[]\"; filename=\"one.png", one);
    part(form, "image[]\"; filename=\"other.jpg", other);
    part(form, "prompt", "make it blue".getBytes(StandardCharsets.UTF_8));
    part(form, "size", "96x64".getBytes(StandardCharsets.UTF_8));
    part(form, "n", "2".getBytes(StandardCharsets.UTF_8));
    form.write("--line--\r\n".getBytes(StandardCharsets.UTF_8));

    // When
    var request =
        HttpRequest.newBuilder(URI.create(url + "/images/edits"))
            .header("Content-Type", "multipart/form-data; boundary=line")
            .POST(HttpRequest.BodyPublishers.ofByteArray(form.toByteArray()))
            .build();
    var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());

    // Then
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"background\":\"transparent\"", "\"num_inference_steps\":8")
        .contains("\"size\":\"96x64\"");
    assertThat(PICTURE.matcher(answer.body()).results().map(found -> found.group(1)).distinct())
        .hasSize(2);
  }

  private static void part(ByteArrayOutputStream form, String name, byte[] content)
      throws IOException {
    String head = "--line\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n";
    form.write(head.getBytes(StandardCharsets.UTF_8));
    form.write(content);
    form.write("\r\n".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aPictureTooSmallForTheModelEndsTheServerWithOneLine() throws Exception {
    Process server = serve("--model-path", TURBO.toString(), "--warmup-resolutions", "16x16");

    assertThat(exit(server)).isEqualTo(2);
    assertThat(Files.readString(folder.resolve("err")).lines())
        .singleElement()
        .isEqualTo("inkstream: image size 16x16 is too small: each side must be 32 pixels or more");
  }

  @Test
  void aDamagedModelEndsTheServerWithOneLine() throws Exception {
    Files.writeString(folder.resolve("model_index.json"), "{\"_class_name\": \"FluxPipeline\"}");

    Process server = serve("--model-path", folder.toString());

    assertThat(exit(server)).isEqualTo(4);
    assertThat(Files.readString(folder.resolve("err")).lines())
        .singleElement()
        .asString()
        .contains("model_index.json: _class_name is \"FluxPipeline\", must be QwenImagePipeline");
  }

  private static HttpRequest order(String url, String body) {
    return HttpRequest.newBuilder(URI.create(url + "/images/generations"))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> post(String url, String body) throws Exception {
    return HTTP.send(order(url, body), HttpResponse.BodyHandlers.ofString());
  }

  private static double metric(String url, String name) {
    try {
      return get(url, "/../q/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .findFirst()
          .orElseThrow();
    } catch (Exception e) {
      throw new AssertionError("no metrics", e);
    }
  }

  private static HttpResponse<String> get(String url, String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url + path).normalize()).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static byte[] picture(String answer) {
    Matcher matcher = PICTURE.matcher(answer);
    assertThat(matcher.find()).as(answer).isTrue();
    return Base64.getDecoder().decode(matcher.group(1));
  }

  private Process serve(String... words) throws IOException {
    List<String> command = new ArrayList<>(Program.command("serve", "--port", "0"));
    command.addAll(List.of(words));
    return start(command.toArray(String[]::new));
  }

  private Process start(String... command) throws IOException {
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    started.add(process);
    return process;
  }

  private static String awaitReady(Process server) throws IOException {
    BufferedReader lines = server.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return ready.group(1);
      }
    }
    throw new IOException("the server ended before it was ready");
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("ends in time").isTrue();
    return process.exitValue();
  }
}
