package io.inkstream.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.images.ImageGenerateParams;
import io.inkstream.Await;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The official Java client, as its users call it.
@QuarkusTest
class OpenAiJavaClientTest {
  @Inject ModelSlot model;

  @TestHTTPResource("/v1")
  URI server;

  private OpenAIClient client;

  @BeforeEach
  void connect() {
    Await.until("the model is loaded", () -> model.state() instanceof ModelState.Ready);
    client = OpenAIOkHttpClient.builder().apiKey("EMPTY").baseUrl(server.toString()).build();
  }

  @Test
  void drawsAPicture() {
    var response = client.images().generate(apple().build());

    var image = response.data().orElseThrow().getFirst();
    byte[] png = Base64.getDecoder().decode(image.b64Json().orElseThrow());
    assertThat(png).startsWith(0x89, 'P', 'N', 'G');
    assertThat(image.revisedPrompt()).contains("a red apple");
    assertThat(response.usage().orElseThrow().totalTokens()).isEqualTo(72);
    response.validate();
  }

  @Test
  void readsRefusalsAsItsTypedExceptions() {
    assertThatThrownBy(() -> client.images().generate(apple().size("wide").build()))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.param()).contains("size"));
    assertThatThrownBy(() -> client.images().generate(apple().model("dall-e-2").build()))
        .isInstanceOfSatisfying(
            NotFoundException.class, e -> assertThat(e.code()).contains("model_not_found"));
  }

  @Test
  void listsTheModel() {
    assertThat(client.models().list().data().getFirst().id()).isEqualTo("qwen-image-pocket");
  }

  private static ImageGenerateParams.Builder apple() {
    return ImageGenerateParams.builder()
        .model("qwen-image-pocket")
        .prompt("a red apple")
        .size("128x128")
        .responseFormat(ImageGenerateParams.ResponseFormat.B64_JSON)
        .putAdditionalBodyProperty("num_inference_steps", JsonValue.from(2));
  }
}
