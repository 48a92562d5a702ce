package io.inkstream.server.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.inkstream.Await;
import io.inkstream.Goldens;
import io.inkstream.engine.image.PngText;
import io.inkstream.engine.weights.SampleAdapter;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Adapters over HTTP: SGLang's routes, and the request's `lora` and `scheduler`.
@QuarkusTest
@TestProfile(LoraResourceTest.WithAdapters.class)
class LoraResourceTest {
  /// One adapter from the start on, another in a folder, a third one outside of it.
  public static final class WithAdapters implements QuarkusTestProfile {
    static final Path FOLDER = folder();

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "inkstream.lora-path",
          "style=" + FOLDER.resolve("style.safetensors") + ":0.5",
          "inkstream.lora-folders",
          FOLDER.resolve("allowed").toString());
    }

    private static Path folder() {
      try {
        Path folder = Files.createTempDirectory("loras");
        Path allowed = Files.createDirectory(folder.resolve("allowed"));
        SampleAdapter.write(folder.resolve("style.safetensors"), Goldens.POCKET, 2, 1);
        SampleAdapter.write(allowed.resolve("ink.safetensors"), Goldens.POCKET, 3, 2);
        Files.createSymbolicLink(
            allowed.resolve("out.safetensors"), folder.resolve("style.safetensors"));
        Files.writeString(allowed.resolve("bad.safetensors"), "no adapter");
        return folder;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Inject ModelSlot model;

  @BeforeEach
  void modelIsReady() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
  }

  @AfterEach
  void asAtTheStart() {
    post("/v1/set_lora", "{\"lora_nickname\": \"style\", \"strength\": 0.5}", 200);
  }

  @Test
  void theAdapterOfTheStartActsUnlessARequestSaysOtherwise() {
    String start = picture("");
    assertThat(picture(", \"lora\": [{\"name\": \"style\", \"scale\": 0.5}]")).isEqualTo(start);
    assertThat(picture(", \"lora\": [{\"name\": \"style\"}]")).isNotEqualTo(start);
    assertThat(picture(", \"lora\": []")).isNotEqualTo(start);
    assertThat(picture(", \"lora\": []"))
        .isEqualTo(picture(", \"lora\": [{\"name\": \"style\", \"scale\": 0}]"));
  }

  @Test
  void aPictureKeepsWhatActed() throws IOException {
    byte[] png = file(", \"scheduler\": {\"max_shift\": 0.7}");
    Path file = Files.write(WithAdapters.FOLDER.resolve("picture.png"), png);
    assertThat(PngText.read(file).get("inkstream"))
        .contains("\"lora\": [{\"name\": \"style\", \"scale\": 0.5}]")
        .contains("\"scheduler\": {\"max_shift\": 0.7}");
  }

  @Test
  void sglangsRoutesSayWhatActs() {
    String start = picture("");
    String none = picture(", \"lora\": []");
    String ink = picture(", \"lora\": [{\"path\": \"ink.safetensors\", \"scale\": 0.7}]");
    assertThat(ink).isNotEqualTo(none);

    post(
        "/v1/set_lora",
        "{\"lora_nickname\": \"ink\", \"lora_path\": \"ink.safetensors\", \"strength\": 0.7}",
        200);
    assertThat(picture("")).isEqualTo(ink);
    given()
        .get("/v1/list_loras")
        .then()
        .statusCode(200)
        .body("loaded_adapters.nickname", contains("style", "ink"))
        .body("active.transformer.nickname", contains("ink"))
        .body("active.transformer[0].strength", equalTo(0.7f))
        .body("active.transformer[0].merged", equalTo(false));

    given().post("/v1/unmerge_lora_weights").then().statusCode(200);
    assertThat(picture("")).isEqualTo(none);
    given().get("/v1/list_loras").then().body("active.transformer", empty());

    post("/v1/merge_lora_weights", "{\"strength\": -1001}", 400);
    post("/v1/merge_lora_weights", "{\"strength\": 0.7, \"target\": \"all\"}", 200);
    assertThat(picture("")).isEqualTo(ink);

    post("/v1/set_lora", "{\"lora_nickname\": [\"style\"], \"strength\": [0.5]}", 200);
    assertThat(picture("")).isEqualTo(start);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                            | lora_nickname is missing
          {"lora_nickname": 5}                          | lora_nickname is 5, must be a text or a list
          {"lora_nickname": "none"}                     | lora: name is 'none', must be one of [style
          {"lora_nickname": "a", "target": "critic"}    | target is "critic", must be all or transformer
          {"lora_nickname": "a", "merge_mode": "merge"} | merge_mode is "merge", must be auto or dynamic
          {"lora_nickname": "a", "lora_alpha": 8}       | lora_alpha is 8, must be left out
          {"lora_nickname": "style", "strength": "1"}   | strength is "1", must be a number
          {"lora_nickname": "a", "lora_path": ["b", "c"]} | lora_path is ["b","c"], must be one for each
          {"lora_nickname": "a", "lora_path": "out.safetensors"} | lora: path is 'out.safetensors', must be
          {"lora_nickname": "a", "lora_path": "../style.safetensors"} | lora: path is '../style.safetensors', must
          {"lora_nickname": "a", "lora_path": "/etc/passwd"} | lora: path is '/etc/passwd', must be
          """)
  void whatCannotBeSetIsRefusedAndNothingChanges(String body, String message) {
    post("/v1/set_lora", body, 400).body("error.message", startsWith(message));
    given().get("/v1/list_loras").then().body("active.transformer.nickname", contains("style"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "lora": 5                                | lora      | must be a list of objects
          "lora": [{}]                             | lora      | without name and path
          "lora": [{"name": "style", "rank": 4}]   | lora      | with the key 'rank'
          "lora": [{"name": "style", "scale": "1"}]| lora      | must be with a number
          "lora": [{"path": "bad.safetensors"}]    | lora      | bad.safetensors: header length
          "lora": [{"path": "\\u0000"}]            | lora      | must be of an adapter below
          "scheduler": {"shift": 3}                | scheduler | key is 'shift', must be one of
          "scheduler": {"max_shift": "3"}          | scheduler | max_shift is '3', must be a number
          "scheduler": {"shift_terminal": 1}       | scheduler | shift_terminal is 1.0
          """)
  void aRequestThatIsNotAllowedIsRefusedByItsField(String field, String param, String message) {
    post("/v1/images/generations", request(", " + field), 400)
        .body("error.param", equalTo(param))
        .body("error.message", containsString(message));
  }

  /// What comes after the texts of the file, which say what acted.
  private static String picture(String fields) {
    String png = new String(file(fields), StandardCharsets.ISO_8859_1);
    return png.substring(png.indexOf("IDAT"));
  }

  private static byte[] file(String fields) {
    String base64 =
        post("/v1/images/generations", request(fields), 200).extract().path("data[0].b64_json");
    return Base64.getDecoder().decode(base64);
  }

  private static String request(String fields) {
    return "{\"prompt\": \"a pear\", \"size\": \"64x64\", \"seed\": 7, \"num_inference_steps\": 2"
        + fields
        + "}";
  }

  private static ValidatableResponse post(String route, String body, int status) {
    return given().contentType("application/json").body(body).post(route).then().statusCode(status);
  }
}
