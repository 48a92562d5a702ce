package io.inkstream.server.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.engine.scheduler.Sampler;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `/q/openapi` says.
@QuarkusTest
class OpenApiTest {
  private JsonNode api = new ObjectMapper().createObjectNode();

  @BeforeEach
  void read() throws IOException {
    api =
        new ObjectMapper()
            .readTree(given().get("/q/openapi?format=json").then().extract().asByteArray());
  }

  @Test
  void everyRouteHasANameAnExampleAndItsErrors() {
    api.path("paths").properties().stream()
        .filter(path -> !path.getKey().startsWith("/q/"))
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(method -> complete(path.getKey(), method.getValue())));
  }

  private void complete(String path, JsonNode route) {
    assertThat(route.path("operationId").asText()).as(path).isNotEmpty();
    assertThat(route.path("summary").asText()).as(path).isNotEmpty();
    assertThat(route.at("/responses/default/$ref").asText()).as(path).endsWith("/Error");
    assertThat(route.at("/responses/200/headers").has("x-request-id")).as(path).isTrue();
    JsonNode json = route.at("/responses/200/content/application~1json");
    if (!json.isMissingNode()) {
      assertThat(json.has("example") || json.has("examples")).as(path).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/images/jobs,'GET, HEAD, OPTIONS, POST'",
    "/v1/images/jobs/a/cancel,'OPTIONS, POST'",
    "/v1/files/file-a/content,'GET, HEAD, OPTIONS'"
  })
  void optionsSaysTheMethodsOfThePathAlone(String path, String methods) {
    given().options(path).then().statusCode(200).header("Allow", methods);
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    api.findValuesAsText("$ref")
        .forEach(ref -> assertThat(api.at(ref.substring(1)).isMissingNode()).as(ref).isFalse());
  }

  @Test
  void fieldsOfAnswersAreRequiredUnlessTheyAreLeftOut() {
    assertThat(required("TokenDetails")).containsExactlyInAnyOrder("text_tokens", "image_tokens");
    assertThat(required("ImagesResponse")).contains("peak_memory_mb").doesNotContain("cache");
    assertThat(required("Image")).containsExactlyInAnyOrder("revised_prompt", "seed");
    assertThat(required("Progress")).containsExactlyInAnyOrder("type", "stage", "elapsed_s");
    assertThat(required("Completed")).contains("b64_json", "usage").doesNotContain("forecast");
    assertThat(required("Decision")).containsExactly("decision");
  }

  @Test
  void whatMayBeNullInAnAnswerSaysSo() {
    assertThat(fields("ErrorDetail").get("param").path("type").toString()).contains("null");
    assertThat(fields("ErrorDetail").get("message").path("type").toString()).doesNotContain("null");
    assertThat(fields("ImagesResponse").get("peak_memory_mb").path("type").toString())
        .contains("null");
    assertThat(fields("PartialImage").get("b64_json").path("contentEncoding").asText())
        .isEqualTo("base64");
  }

  @Test
  void theStreamsEventsAreDescribed() {
    var data = api.at("/components/schemas/ImageStreamEvent/properties/data/contentSchema/anyOf");

    assertThat(data.findValuesAsText("$ref"))
        .map(ref -> ref.substring(ref.lastIndexOf('/') + 1))
        .containsExactlyInAnyOrder("PartialImage", "Completed", "Progress", "OpenAiError");
  }

  private List<String> required(String schema) {
    return new ObjectMapper()
        .convertValue(
            api.at("/components/schemas/" + schema + "/required"), new TypeReference<>() {});
  }

  @Test
  void everySamplerMayBeNamed() {
    var named = fields("ImageGenerationRequest").get("sampler").findValue("enum");
    assertThat(named).extracting(JsonNode::asText).isEqualTo(Sampler.names());
  }

  @Test
  void everyFieldOfARequestButThePromptMayBeNull() {
    Map<String, JsonNode> fields = fields("ImageGenerationRequest");
    assertThat(fields).containsKeys("prompt", "style", "flow_shift", "extra_args", "seed");
    fields.forEach((name, field) -> {
      boolean nullable =
          field.path("type").toString().contains("null")
              || field.path("anyOf").toString().contains("\"null\"");
      assertThat(nullable).as(name).isEqualTo(!name.equals("prompt"));
    });
  }

  @Test
  void fieldsWithoutEffectSaySo() {
    assertThat(
            List.of("moderation", "style", "user", "perf_dump_path", "enable_teacache").stream()
                .map(name -> fields("ImageGenerationRequest").get(name).path("description")))
        .allMatch(text -> text.asText().startsWith("Has no effect"));
  }

  @Test
  void keysAreAskedForWhereTheyAreNeeded() {
    assertThat(api.at("/paths/~1v1~1models/get/security").toString()).contains("apiKey");
    assertThat(api.at("/paths/~1health/get/security").toString()).doesNotContain("apiKey");
    assertThat(api.at("/components/securitySchemes/apiKey/scheme").asText()).isEqualTo("bearer");
  }

  private Map<String, JsonNode> fields(String schema) {
    return new ObjectMapper()
        .convertValue(
            api.at("/components/schemas/" + schema + "/properties"), new TypeReference<>() {});
  }
}
