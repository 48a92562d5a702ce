package io.inkstream.server.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.Await;
import io.inkstream.engine.image.PngText;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Fields;
import io.inkstream.server.order.Kind;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ImagesResourceTest {
  private static final String SMALL =
      "\"prompt\": \"a red apple\", \"size\": \"128x128\", \"num_inference_steps\": 2";

  @Inject JobQueue queue;
  @Inject ModelSlot model;
  @Inject ImageOrderReader orders;
  @TestHTTPResource URI server;

  @BeforeEach
  void modelIsReady() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
  }

  @AfterEach
  void nothingIsLeft() {
    Await.until("no job runs", () -> queue.queued() == 0 && queue.running() == 0);
    Await.until("no tensor is open", () -> Tensor.open() == 0);
  }

  @Test
  void aPromptBecomesAPngWithOpenAisAnswer() throws IOException {
    // When
    JsonPath answer = ok("{" + SMALL + ", \"seed\": 7, \"response_format\": \"b64_json\"}");

    // Then
    assertThat(size(answer, 0)).isEqualTo("128x128");
    assertThat(answer.getString("size")).isEqualTo("128x128");
    assertThat(answer.getString("output_format")).isEqualTo("png");
    assertThat(answer.getString("background")).isEqualTo("opaque");
    assertThat(answer.getString("quality")).isEqualTo("high");
    assertThat(answer.getString("id")).isNotBlank();
    assertThat(answer.getLong("created")).isGreaterThan(1_700_000_000);
    assertThat(answer.getDouble("inference_time_s")).isPositive();
    assertThat(answer.getMap("")).containsKey("peak_memory_mb");
    assertThat(answer.getString("data[0].revised_prompt")).isEqualTo("a red apple");
    assertThat(answer.getLong("data[0].seed")).isEqualTo(7);
    assertThat(answer.getMap("usage"))
        .containsEntry("input_tokens", 8) // three of the prompt, five of the template's end
        .containsEntry("output_tokens", 64)
        .containsEntry("total_tokens", 72)
        .containsEntry("input_tokens_details", Map.of("text_tokens", 8, "image_tokens", 0))
        .containsEntry("output_tokens_details", Map.of("text_tokens", 0, "image_tokens", 64));
    assertThat(PngText.read(file(answer, 0)).get("parameters"))
        .startsWith("a red apple")
        .contains("Steps: 2", "Seed: 7", "Size: 128x128");
  }

  @Test
  void nullsAndUnknownFieldsAreDefaults() {
    JsonPath answer =
        ok(
            """
            {"prompt": "a pear", "num_inference_steps": 1, "model": null, "n": null, "size": null,
             "width": 64, "height": 48, "quality": null, "response_format": null,
             "output_format": null, "output_compression": null, "background": null, "stream": null,
             "partial_images": null, "seed": null, "negative_prompt": null, "guidance_scale": null,
             "true_cfg_scale": null, "max_sequence_length": null, "user": null, "no_such": [1],
             "enable_cache_dit": null, "cache_dit_params": null, "moderation": null, "style": null,
             "output_quality": null, "task_type": null, "enhance_prompt": null,
             "generator_device": null, "enable_teacache": null, "flow_shift": null,
             "enable_upscaling": null, "upscaling_model_path": null, "upscaling_scale": null,
             "diffusers_kwargs": null, "perf_dump_path": null, "profile": null,
             "num_profiled_timesteps": null, "profile_all_stages": null, "progressive_mode": null,
             "progressive_levels": null, "progressive_delta": null, "cfg_gate_step": null,
             "attention_backend_override": null, "skip_softmax_params": null,
             "extra_body": null, "extra_json": null, "extra_args": null, "extra_params": null}
            """);
    assertThat(answer.getString("size")).isEqualTo("64x48");
    assertThat(answer.getLong("data[0].seed")).isBetween(0L, (1L << 32) - 1);
  }

  @Test
  void severalPicturesTakeSeveralSeedsAndAnyFormat() {
    String several = "{" + SMALL + ", \"n\": 2, \"seed\": [3, 4], \"output_format\": \"%s\"}";
    JsonPath png = ok(several.formatted("png"));
    JsonPath jpeg = ok(several.formatted("jpeg"));
    JsonPath webp = ok(several.formatted("webp"));

    assertThat(png.getList("data.seed", Long.class)).containsExactly(3L, 4L);
    assertThat(file(png, 0)).isNotEqualTo(file(png, 1));
    assertThat(file(jpeg, 1)).startsWith(0xff, 0xd8, 0xff);
    assertThat(new String(file(webp, 1), 0, 4, StandardCharsets.US_ASCII)).isEqualTo("RIFF");
    assertThat(webp.getString("output_format")).isEqualTo("webp");
  }

  @Test
  void whatHasNoEffectIsAcceptedAndHasNone() {
    // Given
    String tiny =
        "{\"prompt\": \"a\", \"size\": \"32x32\", \"num_inference_steps\": 1, \"seed\": 1%s}";

    // When
    JsonPath answer =
        ok(
            tiny.formatted(
                """
                , "moderation": "low", "style": "vivid", "user": "me", "task_type": "T2I",
                "enhance_prompt": false, "generator_device": "cuda", "enable_teacache": true,
                "flow_shift": 3, "enable_upscaling": false, "upscaling_model_path": "a",
                "upscaling_scale": 4, "diffusers_kwargs": {"a": 1}, "perf_dump_path": "/x",
                "profile": true, "num_profiled_timesteps": 5, "profile_all_stages": true,
                "progressive_mode": "fullres", "progressive_levels": 2, "progressive_delta": 0.5,
                "cfg_gate_step": 0.5, "attention_backend_override": "fa", "quality": "exact",
                "skip_softmax_params": {}, "output_quality": "default", "background": "opaque"\
                """));

    // Then
    assertThat(file(answer, 0)).isEqualTo(file(ok(tiny.formatted("")), 0));
  }

  @Test
  void outputQualityIsAWordForACompressionWhichItselfWins() {
    String jpeg =
        "{\"prompt\": \"a\", \"size\": \"32x32\", \"num_inference_steps\": 1, \"seed\": 1,"
            + " \"output_format\": \"jpg\", %s}";
    byte[] low = file(ok(jpeg.formatted("\"output_quality\": \"low\"")), 0);
    byte[] maximum = file(ok(jpeg.formatted("\"output_quality\": \"maximum\"")), 0);
    byte[] number =
        file(ok(jpeg.formatted("\"output_quality\": \"maximum\", \"output_compression\": 35")), 0);

    assertThat(low.length).isLessThan(maximum.length);
    assertThat(number).isEqualTo(low);
  }

  @Test
  void extrasCountAsTheBodysOwnFieldsUnlessItHasThem() {
    JsonPath answer =
        ok(
            """
            {"prompt": "a pear", "seed": 1, "size": "64x64", "output_format": null,
             "extra_body": {"num_inference_steps": 1, "seed": 2},
             "extra_json": "{\\"output_format\\": \\"webp\\"}",
             "extra_params": {"width": 48, "num_inference_steps": 0}}
            """);
    assertThat(answer.getString("output_format")).isEqualTo("webp");
    assertThat(answer.getLong("data[0].seed")).isEqualTo(1);
    assertThat(answer.getString("size")).isEqualTo("48x64");
  }

  @Test
  void metricsCountWhatCachesDecide() {
    var _ =
        ok(
            """
            {"prompt": "a", "size": "64x64", "num_inference_steps": 6, "enable_cache_dit": true,
             "cache_dit_params": {"max_warmup_steps": 2, "residual_diff_threshold": 1.0}}\
            """);

    String metrics = given().get("/q/metrics").then().statusCode(200).extract().asString();

    assertThat(metrics)
        .contains("inkstream_cache_decisions_total{decision=\"computed\"}")
        .contains("inkstream_cache_decisions_total{decision=\"reused\"}");
  }

  @Test
  void aCacheIsAskedForInEitherFormAndTellsWhatItDid() throws IOException {
    // Given
    String body =
        "{\"prompt\": \"a pear\", \"size\": \"128x128\", \"num_inference_steps\": 6, \"seed\": 5,"
            + " %s}";
    String params = "{\"residual_diff_threshold\": 1, \"max_warmup_steps\": 3}";
    String text = params.replace("\"", "\\\"");

    // When
    JsonPath object =
        ok(body.formatted("\"enable_cache_dit\": true, \"cache_dit_params\": " + params));
    JsonPath string =
        ok(
            body.formatted(
                "\"extra_body\": {\"enable_cache_dit\": true, \"cache_dit_params\": \"%s\"}"
                    .formatted(text)));
    JsonPath alone = ok(body.formatted("\"cache_dit_params\": " + params));

    // Then
    String name = "DBCache_F1B0_W3I1M0MC3_R1.0_CFG1_T0O0_S3";
    assertThat(object.getMap("cache"))
        .containsEntry("name", name)
        .containsEntry("cached_steps", 3)
        .containsEntry("computed_steps", 3);
    assertThat(object.getDouble("cache.speedup_estimate")).isBetween(1.8, 2.0);
    assertThat(file(string, 0)).isEqualTo(file(object, 0));
    assertThat(alone.getMap("")).doesNotContainKey("cache");
    assertThat(PngText.read(file(object, 0)).get("parameters")).contains("Cache: " + name);
    assertThat(PngText.read(file(object, 0)).get("inkstream"))
        .contains("\"residual_diff_threshold\": 1, ", "\"max_warmup_steps\": 3");
  }

  /// Those of orders are [io.inkstream.server.order.Field]'s own test's.
  @ParameterizedTest
  @MethodSource("fieldsOfTheAnswer")
  void aFieldThatNoOrderKeepsIsReadForTheAnswer(Field field) throws IOException {
    if (field.kind() instanceof Kind.Flag) {
      assertThat(streamOf("\"stream\": true, \"" + field.wireName() + "\": true"))
          .isNotEqualTo(
              streamOf(
                  "\"" + field.wireName() + "\": false, \"stream\": " + (field != Field.STREAM)));
    } else {
      Object wrong = field.kind() instanceof Kind.Whole(int _, int high) ? high + 1 : "\"wrong\"";
      post("{\"prompt\": \"a\", \"" + field.wireName() + "\": " + wrong + "}")
          .body("error.param", equalTo(field.wireName()));
    }
  }

  static Stream<Field> fieldsOfTheAnswer() {
    return Arrays.stream(Field.values()).filter(field -> !field.ordered() && !field.inert());
  }

  private Optional<StreamOrder> streamOf(String fields) throws IOException {
    var json = new ObjectMapper().readTree("{\"prompt\": \"a\", " + fields + "}");
    return orders.read(Fields.of((ObjectNode) json)).stream();
  }

  @Test
  void picturesOfOneSeedAreThoseOfTheSeedsThatFollow() {
    JsonPath both = ok("{" + SMALL + ", \"n\": 2, \"seed\": 42}");

    assertThat(both.getList("data.seed", Long.class)).containsExactly(42L, 43L);
    assertThat(file(both, 0)).isEqualTo(file(ok("{" + SMALL + ", \"seed\": 42}"), 0));
    assertThat(file(both, 1)).isEqualTo(file(ok("{" + SMALL + ", \"seed\": 43}"), 0));
  }

  @Test
  void equalSeedsGiveEqualPictures() {
    String body = "{" + SMALL + ", \"seed\": 5}";
    assertThat(file(ok(body), 0)).isEqualTo(file(ok(body), 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                | prompt
          {"prompt": null}                                  | prompt
          {"prompt": 5}                                     | prompt
          {"prompt": ["a"]}                                 | prompt
          {"prompt": "a", "n": 0}                           | n
          {"prompt": "a", "n": 11}                          | n
          {"prompt": "a", "n": 1.5}                         | n
          {"prompt": "a", "n": "2"}                         | n
          {"prompt": "a", "n": 99999999999}                 | n
          {"prompt": "a", "size": "big"}                    | size
          {"prompt": "a", "size": "0x64"}                   | size
          {"prompt": "a", "size": "-64x64"}                 | size
          {"prompt": "a", "size": "8x8"}                    | size
          {"prompt": "a", "size": "65535x65535"}            | size
          {"prompt": "a", "width": 0}                       | width
          {"prompt": "a", "height": -1}                     | height
          {"prompt": "a", "response_format": "xml"}         | response_format
          {"prompt": "a", "output_format": "gif"}           | output_format
          {"prompt": "a", "output_format": "svg"}           | output_format
          {"prompt": "a", "output_compression": 101}        | output_compression
          {"prompt": "a", "output_compression": -1}         | output_compression
          {"prompt": "a", "quality": "best"}                | quality
          {"prompt": "a", "background": "transparent"}      | background
          {"prompt": "a", "stream": true, "n": 0}           | n
          {"prompt": "a", "partial_images": 4}              | partial_images
          {"prompt": "a", "partial_images": -1}             | partial_images
          {"prompt": "a", "stream": true, "partial_images": "2"} | partial_images
          {"prompt": "a", "stream_progress": 1}             | stream_progress
          {"prompt": "a", "preview": "big"}                 | preview
          {"prompt": "a", "stream": "yes"}                  | stream
          {"prompt": "a", "seed": -1}                       | seed
          {"prompt": "a", "seed": 1.5}                      | seed
          {"prompt": "a", "seed": []}                       | seed
          {"prompt": "a", "seed": [1, 2]}                   | seed
          {"prompt": "a", "seed": 18446744073709551616}     | seed
          {"prompt": "a", "negative_prompt": 1}             | negative_prompt
          {"prompt": "a", "num_inference_steps": 0}         | num_inference_steps
          {"prompt": "a", "num_inference_steps": 10001}     | num_inference_steps
          {"prompt": "a", "guidance_scale": -1}             | guidance_scale
          {"prompt": "a", "true_cfg_scale": -1}             | true_cfg_scale
          {"prompt": "a", "true_cfg_scale": 1e999}          | true_cfg_scale
          {"prompt": "a", "max_sequence_length": 0}         | max_sequence_length
          {"prompt": "a", "max_sequence_length": 1025}      | max_sequence_length
          {"prompt": "a", "enable_cache_dit": "yes"}        | enable_cache_dit
          {"prompt": "a", "cache_dit_params": 3}            | cache_dit_params
          {"prompt": "a", "cache_dit_params": "{"}          | cache_dit_params
          {"prompt": "a", "cache_dit_params": "[]"}         | cache_dit_params
          {"prompt": "a", "cache_dit_params": {"Fn": 1}}    | cache_dit_params
          {"prompt": "a", "enable_cache_dit": true, "cache_dit_params": {"Fn_compute_blocks": 15}} | cache_dit_params
          {"prompt": "a", "enable_cache_dit": true, "cache_dit_params": {"scm_preset": "fast"}, "num_inference_steps": 5} | num_inference_steps
          {"prompt": "a", "output_quality": "best"}         | output_quality
          {"prompt": "a", "moderation": "none"}             | moderation
          {"prompt": "a", "style": "grim"}                  | style
          {"prompt": "a", "user": 7}                        | user
          {"prompt": "a", "task_type": "T2V"}               | task_type
          {"prompt": "a", "enhance_prompt": true}           | enhance_prompt
          {"prompt": "a", "enable_upscaling": true}         | enable_upscaling
          {"prompt": "a", "upscaling_scale": 0}             | upscaling_scale
          {"prompt": "a", "upscaling_model_path": 1}        | upscaling_model_path
          {"prompt": "a", "enable_teacache": "no"}          | enable_teacache
          {"prompt": "a", "generator_device": 0}            | generator_device
          {"prompt": "a", "flow_shift": "3"}                | flow_shift
          {"prompt": "a", "flow_shift": 1e999}              | flow_shift
          {"prompt": "a", "diffusers_kwargs": 1}            | diffusers_kwargs
          {"prompt": "a", "perf_dump_path": []}             | perf_dump_path
          {"prompt": "a", "profile": 1}                     | profile
          {"prompt": "a", "profile_all_stages": 1}          | profile_all_stages
          {"prompt": "a", "num_profiled_timesteps": 0}      | num_profiled_timesteps
          {"prompt": "a", "progressive_mode": "dct"}        | progressive_mode
          {"prompt": "a", "progressive_levels": 0}          | progressive_levels
          {"prompt": "a", "progressive_delta": 1}           | progressive_delta
          {"prompt": "a", "cfg_gate_step": "x"}             | cfg_gate_step
          {"prompt": "a", "attention_backend_override": "x"}| attention_backend_override
          {"prompt": "a", "skip_softmax_params": []}        | skip_softmax_params
          {"prompt": "a", "extra_body": 3}                  | extra_body
          {"prompt": "a", "extra_params": "{"}              | extra_params
          {"prompt": "a", "extra_json": "[]"}               | extra_json
          {"prompt": "a", "extra_args": true}               | extra_args
          {"prompt": "a", "extra_json": "{\\"n\\": 0}"}   | n
          {"prompt": "a", "extra_args": {"style": "grim"}}  | style
          {"prompt": "a", "extra_body": {"n": 0}}           | n
          """)
  void aBadValueIsRefusedWithItsName(String body, String param) {
    refused(400, body).body("error.param", equalTo(param)).header("x-should-retry", "false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "5", "null", "{\"prompt\": \"a\"} x", "{\"prompt\": 'a'}"})
  void whatIsNoJsonObjectIsRefused(String body) {
    refused(400, body).body("error.param", nullValue());
  }

  @Test
  void aPromptOfMoreThan32000CharactersIsRefused() {
    refused(400, "{\"prompt\": \"" + "a".repeat(32_001) + "\"}")
        .body("error.param", equalTo("prompt"))
        .body("error.message", equalTo("prompt has 32001 characters, at most 32000 are allowed"));
  }

  @Test
  void theModelAnswersToItsNameAndItsPathOnly() {
    Path path = Path.of("src/main/models/qwen-image-pocket").toAbsolutePath();
    String tiny = "{\"prompt\": \"a\", \"size\": \"16x16\", \"num_inference_steps\": 1, %s}";
    ok(tiny.formatted("\"model\": \"qwen-image-pocket\""));
    ok(tiny.formatted("\"model\": \"" + path + "\""));
    refused(404, tiny.formatted("\"model\": \"dall-e-3\""))
        .body("error.code", equalTo("model_not_found"))
        .body("error.param", equalTo("model"))
        .body("error.message", equalTo("The model 'dall-e-3' does not exist"));
  }

  @Test
  void otherRoutesMethodsAndTypesAreRefusedInTheSameForm() {
    error(given().get("/v1/no/such").then().statusCode(404))
        .body("error.code", equalTo("unknown_url"));
    error(given().get("/nowhere").then().statusCode(404));
    error(given().get("/v1/images/generations").then().statusCode(405))
        .header("Allow", equalTo("OPTIONS, POST"));
    error(given().put("/v1/models/a/b").then().statusCode(405))
        .header("Allow", equalTo("GET, HEAD, OPTIONS"));
    error(
        given()
            .contentType("text/plain")
            .body("a red apple")
            .post("/v1/images/generations")
            .then()
            .statusCode(415));
    error(given().get("/v1/models/gpt-4").then().statusCode(404))
        .body("error.code", equalTo("model_not_found"));
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() {
    String body = "{\"prompt\": \"" + "a".repeat(2 << 20) + "\"}";
    refused(413, body);
  }

  @Test
  void aBodyOfUnknownLengthThatIsTooLargeIsRefused() throws Exception {
    // Given
    byte[] body =
        ("{\"prompt\": \"" + "a".repeat(2 << 20) + "\"}").getBytes(StandardCharsets.UTF_8);
    var chunked =
        HttpRequest.newBuilder(server.resolve("/v1/images/generations"))
            .version(HttpClient.Version.HTTP_1_1)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();

    // When
    try (var client = HttpClient.newHttpClient()) {
      int status = client.send(chunked, BodyHandlers.discarding()).statusCode();

      // Then
      assertThat(status).isEqualTo(413);
    }
  }

  @Test
  void theServerTellsAboutItself() {
    given().get("/health").then().statusCode(200).body("status", equalTo("ok"));
    given().get("/liveness").then().statusCode(200);
    given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
    given()
        .get("/v1/models")
        .then()
        .body("object", equalTo("list"))
        .body("data[0].id", equalTo("qwen-image-pocket"))
        .body("data[0].owned_by", equalTo("inkstream"));
    given()
        .get("/v1/models/qwen-image-pocket")
        .then()
        .body("object", equalTo("model"))
        .body("created", notNullValue());
    given().get("/model_info").then().body("is_generation", equalTo(true));
    given().get("/v1/model_info").then().body("model_path", notNullValue());
    given()
        .get("/server_info")
        .then()
        .body("served_model_name", equalTo("qwen-image-pocket"))
        .body("version", not(equalTo("")));
  }

  @Test
  void closingTheConnectionFreesTheWorker() throws IOException {
    // Given
    try (Socket client = send("{\"prompt\": \"a\", \"num_inference_steps\": 10000}")) {
      Await.until("the job runs", () -> queue.running() == 1);
    }

    // Then
    Await.until("the worker is free", () -> queue.running() == 0);
    Await.until("no tensor is open", () -> Tensor.open() == 0);
  }

  @Test
  void aFullQueueAnswers429AndWhenToComeAgain() throws IOException {
    List<Socket> clients = new ArrayList<>();
    try {
      // Given
      for (int i = 0; i < 3; i++) {
        clients.add(send("{\"prompt\": \"a\", \"num_inference_steps\": 10000}"));
      }
      Await.until("the queue is full", () -> queue.running() == 1 && queue.queued() == 2);

      // When
      ValidatableResponse response = refused(429, "{" + SMALL + "}");

      // Then
      response.body("error.code", equalTo("queue_full")).header("x-should-retry", nullValue());
      assertThat(Integer.parseInt(response.extract().header("retry-after"))).isPositive();
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  private Socket send(String body) throws IOException {
    Socket socket = new Socket(server.getHost(), server.getPort());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /v1/images/generations HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n";
    var out = socket.getOutputStream();
    out.write(head.formatted(server.getAuthority(), bytes.length).getBytes(StandardCharsets.UTF_8));
    out.write(bytes);
    out.flush();
    return socket;
  }

  private static JsonPath ok(String body) {
    return post(body).statusCode(200).contentType("application/json").extract().jsonPath();
  }

  private static ValidatableResponse refused(int status, String body) {
    return error(post(body).statusCode(status));
  }

  private static ValidatableResponse error(ValidatableResponse response) {
    return response
        .contentType("application/json")
        .body("error.message", not(equalTo("")))
        .body("error.type", notNullValue())
        .body("error", hasKey("param"))
        .body("error", hasKey("code"));
  }

  private static ValidatableResponse post(String body) {
    return given().contentType("application/json").body(body).post("/v1/images/generations").then();
  }

  private static byte[] file(JsonPath answer, int image) {
    return Base64.getDecoder().decode(answer.getString("data[" + image + "].b64_json"));
  }

  private static String size(JsonPath answer, int image) throws IOException {
    var picture = ImageIO.read(new ByteArrayInputStream(file(answer, image)));
    return picture.getWidth() + "x" + picture.getHeight();
  }
}
