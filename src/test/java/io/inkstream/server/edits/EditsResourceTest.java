package io.inkstream.server.edits;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.inkstream.Await;
import io.inkstream.engine.decoder.DamagedPictures;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.server.inputs.InputStore;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class EditsResourceTest {
  private static final Path PICTURES = Path.of("src/test/resources/pictures");
  private static final int DAMAGED = 2000;

  @Inject JobQueue queue;
  @Inject ModelSlot model;
  @Inject InputStore inputs;
  @TestHTTPResource URI server;

  @BeforeEach
  void modelIsReady() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
    inputs.list().forEach(inputs::release);
  }

  @AfterEach
  void nothingIsLeft() {
    Await.until("no job runs", () -> queue.queued() == 0 && queue.running() == 0);
    Await.until("no tensor is open", () -> Tensor.open() == 0);
  }

  private static byte[] picture(String name) {
    try {
      return Files.readAllBytes(PICTURES.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RequestSpecification form(String field, String name) {
    return given()
        .multiPart(field, name, picture(name), "application/octet-stream")
        .multiPart("prompt", "a red apple")
        .multiPart("num_inference_steps", "2");
  }

  @ParameterizedTest
  @CsvSource({"image, rgb.png", "image[], 420.jpg", "image, alpha.webp"})
  void aPictureIsDrawnAnewInItsOwnShape(String field, String name) {
    JsonPath answer =
        form(field, name)
            .multiPart("seed", "7")
            .post("/v1/images/edits")
            .then()
            .statusCode(200)
            .extract()
            .jsonPath();

    assertThat(answer.getString("data[0].b64_json")).isNotBlank();
    assertThat(answer.getLong("data[0].seed")).isEqualTo(7);
    assertThat(answer.getString("size")).isNotBlank();
    Await.until("its picture is deleted", () -> inputs.list().isEmpty());
  }

  @Test
  void aSizeThatIsSaidIsTaken() {
    form("image", "rgb.png")
        .multiPart("size", "64x48")
        .post("/v1/images/edits")
        .then()
        .statusCode(200)
        .body("size", equalTo("64x48"));
  }

  @ParameterizedTest
  @CsvSource({"alpha.png, alpha", "grey.png, white", "alpha.png, auto"})
  void aMaskSaysWhere(String mask, String mode) {
    form("image", "rgb.png")
        .multiPart("mask", mask, picture(mask), "image/png")
        .multiPart("mask_mode", mode)
        .multiPart("size", "64x48")
        .post("/v1/images/edits")
        .then()
        .statusCode(200);
  }

  @Test
  void jsonMayHoldItsPictures() {
    String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(picture("rgb.png"));

    given()
        .contentType("application/json")
        .body(
            Map.of(
                "prompt",
                "a pear",
                "images",
                List.of(Map.of("image_url", url)),
                "size",
                "64x64",
                "num_inference_steps",
                2))
        .post("/v1/images/edits")
        .then()
        .statusCode(200)
        .body("size", equalTo("64x64"));
  }

  /// As SGLang's route takes it.
  @ParameterizedTest
  @ValueSource(strings = {"url", "url[]"})
  void aFormMayNameItsPictureByADataUrl(String field) {
    String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(picture("rgb.png"));

    given()
        .multiPart(field, url)
        .multiPart("prompt", "a pear")
        .multiPart("size", "64x64")
        .multiPart("num_inference_steps", "2")
        .post("/v1/images/edits")
        .then()
        .statusCode(200)
        .body("size", equalTo("64x64"));
    Await.until("its picture is deleted", () -> inputs.list().isEmpty());
  }

  /// All fields of SGLang's form, with its defaults, as texts; its benchmark's client sends the
  /// first four and what its `--extra-body` says.
  @Test
  void theFormOfSglangsClientsIsTaken() {
    given()
        .multiPart("model", given().get("/v1/model_info").<String>path("model_path"))
        .multiPart("prompt", "a pear")
        .multiPart("response_format", "b64_json")
        .multiPart("n", "1")
        .multiPart("size", "64x64")
        .multiPart("num_inference_steps", "2")
        .multiPart("guidance_scale", "4.0")
        .multiPart("true_cfg_scale", "2.0")
        .multiPart("negative_prompt", " ")
        .multiPart("seed", "7")
        .multiPart("generator_device", "cuda")
        .multiPart("user", "me")
        .multiPart("task_type", "I2I")
        .multiPart("enhance_prompt", "false")
        .multiPart("background", "auto")
        .multiPart("output_format", "png")
        .multiPart("output_quality", "default")
        .multiPart("output_compression", "75")
        .multiPart("enable_teacache", "false")
        .multiPart("enable_cache_dit", "True")
        .multiPart("cache_dit_params", "{\"max_warmup_steps\": 1}")
        .multiPart("enable_upscaling", "false")
        .multiPart("upscaling_scale", "4")
        .multiPart("profile", "false")
        .multiPart("num_frames", "1")
        .multiPart("image", "rgb.png", picture("rgb.png"), "application/octet-stream")
        .post("/v1/images/edits")
        .then()
        .statusCode(200)
        .body("data[0].seed", equalTo(7));
  }

  @Test
  void aFileThatIsNotKeptAnyMoreOrIsNoPictureIsRefused() {
    String id = sent("a.png", "no picture".getBytes(StandardCharsets.UTF_8));
    refuseFile(id, "PNG, JPEG or WebP");
    given().delete("/v1/files/" + id).then().statusCode(200);
    refuseFile(id, "no file '%s' is kept".formatted(id));
    refuseFile("../files/" + id, "is kept");
  }

  /// The id of a file that was sent to be kept.
  private static String sent(String name, byte[] file) {
    return given()
        .multiPart("file", name, file, "image/png")
        .multiPart("purpose", "vision")
        .post("/v1/files")
        .then()
        .statusCode(200)
        .extract()
        .path("id");
  }

  private static void refuseFile(String id, String why) {
    given()
        .contentType("application/json")
        .body("{\"prompt\": \"a\", \"images\": [{\"file_id\": \"%s\"}]}".formatted(id))
        .post("/v1/images/edits")
        .then()
        .statusCode(400)
        .body("error.param", equalTo("image"))
        .body("error.message", containsString(why));
  }

  @Test
  void aFileThatAClientKeepsMayBeNamed() {
    String id = sent("rgb.png", picture("rgb.png"));
    String body =
        "{\"prompt\": \"a\", \"images\": [{\"file_id\": \"%s\"}], \"size\": \"64x64\","
            + " \"num_inference_steps\": 2}";

    for (String route : List.of("edits", "jobs")) {
      int status =
          given()
              .contentType("application/json")
              .header("Prefer", "wait=60")
              .body(body.formatted(id))
              .post("/v1/images/" + route)
              .statusCode();
      assertThat(status).isEqualTo(200);
    }
    given().delete("/v1/files/" + id).then().statusCode(200);
  }

  @Test
  void aStreamTellsOfAnEdit() {
    String stream =
        form("image", "rgb.png")
            .multiPart("size", "64x64")
            .multiPart("stream", "true")
            .multiPart("partial_images", "1")
            .multiPart("stream_progress", "true")
            .post("/v1/images/edits")
            .then()
            .statusCode(200)
            .contentType("text/event-stream")
            .extract()
            .asString();

    assertThat(stream)
        .contains("event: image_edit.completed\n", "event: image_edit.progress\n")
        .contains("\"type\":\"image_edit.completed\"")
        .doesNotContain("image_generation", "event: error");
  }

  @Test
  void aVariationNeedsNoPrompt() {
    given()
        .multiPart("image", "rgb.png", picture("rgb.png"), "image/png")
        .multiPart("n", "2")
        .multiPart("size", "64x64")
        .multiPart("num_inference_steps", "2")
        .post("/v1/images/variations")
        .then()
        .statusCode(200)
        .body("data.size()", equalTo(2));
  }

  @Test
  void aJobKeepsItsPicturesUntilItIsDrawn() {
    given()
        .header("Prefer", "wait=60")
        .multiPart("image", "rgb.png", picture("rgb.png"), "image/png")
        .multiPart("prompt", "a pear")
        .multiPart("size", "64x64")
        .multiPart("num_inference_steps", "2")
        .post("/v1/images/jobs")
        .then()
        .statusCode(200)
        .body("status", equalTo("completed"));

    assertThat(inputs.list()).hasSize(1);
  }

  @Test
  void aRequestThatComesAgainUnderItsKeyIsTheSameWhateverItsFilesAreCalled() {
    String key = "edit-" + System.nanoTime();
    var answers =
        List.of("a.png", "b.png").stream()
            .map(name ->
                given()
                    .header("Idempotency-Key", key)
                    .multiPart("image", name, picture("rgb.png"), "image/png")
                    .multiPart("prompt", "a pear")
                    .multiPart("size", "64x64")
                    .multiPart("num_inference_steps", "2")
                    .post("/v1/images/edits")
                    .then()
                    .statusCode(200)
                    .extract()
                    .<String>path("id"))
            .toList();

    assertThat(answers.getFirst()).isEqualTo(answers.getLast());
  }

  @Test
  void aFormWithoutALengthAndAPromptOf32000CharactersIsTaken() throws Exception {
    String prompt = "ä".repeat(32_000);
    byte[] body = multipart("XX", prompt, picture("rgb.png"));
    var request =
        HttpRequest.newBuilder(server.resolve("/v1/images/edits"))
            .header("Content-Type", "multipart/form-data; boundary=XX")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();

    try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("ää");
    }
  }

  /// The file first, as a client sends it that keeps the order of its fields.
  private static byte[] multipart(String boundary, String prompt, byte[] file) throws IOException {
    var body = new ByteArrayOutputStream();
    body.write(
        ("--%s\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n")
            .formatted(boundary)
            .getBytes(StandardCharsets.UTF_8));
    body.write(file);
    for (var field :
        List.of(
            Map.entry("prompt", prompt),
            Map.entry("size", "64x64"),
            Map.entry("num_inference_steps", "2"))) {
      body.write(
          "\r\n--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s"
              .formatted(boundary, field.getKey(), field.getValue())
              .getBytes(StandardCharsets.UTF_8));
    }
    body.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"prompt": "a"}                                                             | image
          {"prompt": "a", "images": []}                                               | image
          {"prompt": "a", "images": "x"}                                              | images
          {"prompt": "a", "images": [{}]}                                             | images
          {"prompt": "a", "images": [{"image_url": "x", "file_id": "y"}]}             | images
          {"prompt": "a", "images": [{"file_id": "x", "sha256": "y"}]}                | images
          {"prompt": "a", "images": [{"file_id": "file-1"}]}                          | image
          {"prompt": "a", "images": [{"image_url": "http://127.0.0.1/a.png"}]}        | image
          {"prompt": "a", "images": [{"image_url": "file:///etc/passwd"}]}            | image
          {"prompt": "a", "images": [{"image_url": "data:image/png,aaaa"}]}           | images
          {"prompt": "a", "images": [{"image_url": "data:image/png;base64,%%%"}]}     | images
          {"prompt": "a", "images": [{"image_url": "data:image/png;base64,aaaa"}]}    | image
          """)
  void picturesThatAreNoneAreRefusedByName(String body, String param) {
    given()
        .contentType("application/json")
        .body(body)
        .post("/v1/images/edits")
        .then()
        .statusCode(400)
        .body("error.param", equalTo(param));
    assertThat(inputs.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"strength", "mask_mode", "seed", "n", "stream"})
  void aFieldOfAFormThatIsNotAllowedIsRefusedByName(String field) {
    form("image", "rgb.png")
        .multiPart(field, "-5.5x")
        .post("/v1/images/edits")
        .then()
        .statusCode(400)
        .body("error.param", equalTo(field));
  }

  @Test
  void wordsAloneBringNoPictures() {
    given()
        .contentType("application/json")
        .body("{\"prompt\": \"a\", \"images\": [{\"file_id\": \"file-1\"}]}")
        .post("/v1/images/generations")
        .then()
        .statusCode(400)
        .body("error.message", containsString("/v1/images/edits"));
  }

  @Test
  void aPictureLargerThanOneMayBeIs413() {
    given()
        .multiPart("image", "x.png", new byte[51 << 20], "image/png")
        .multiPart("prompt", "a")
        .post("/v1/images/edits")
        .then()
        .statusCode(413)
        .body(
            "error.message", equalTo("image is too large, may have %d bytes".formatted(50 << 20)));
  }

  @Test
  void damagedPicturesAre400sAndLeaveNothing() throws IOException {
    var random = new Random(1128);
    List<String> names;
    try (var all = Files.list(PICTURES)) {
      names =
          all.map(path -> path.getFileName().toString())
              .filter(name -> !name.endsWith(".json") && !name.endsWith(".py"))
              .sorted()
              .toList();
    }
    for (int i = 0; i < DAMAGED; i++) {
      String name = names.get(i % names.size());
      int status =
          given()
              .multiPart("image", name, DamagedPictures.damage(picture(name), random), "image/png")
              .multiPart("prompt", "a")
              .multiPart("n", "0") // looked at, never drawn
              .post("/v1/images/edits")
              .statusCode();
      assertThat(status).as(name).isEqualTo(400);
    }
    Await.until("all are deleted", () -> inputs.list().isEmpty());
  }
}
