package io.inkstream.cli.serving;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.OptionalInt;

/// One request of a benchmark; what is empty is the server's to say.
///
/// @param outputs pictures of the prompt
/// @param extra fields that beat the others
public record ServingRequest(
    ServingPrompt prompt,
    int outputs,
    OptionalInt width,
    OptionalInt height,
    OptionalInt steps,
    ObjectNode extra) {

  ServingRequest withSteps(int other) {
    return new ServingRequest(prompt, outputs, width, height, OptionalInt.of(other), extra);
  }

  /// Whether everything is said that the time of a picture depends on.
  public boolean isSized() {
    return width.isPresent() && height.isPresent() && steps.isPresent();
  }

  /// What its time is proportional to: tokens of the picture, and steps.
  double work() {
    double tokens = width.orElse(0) * (double) height.orElse(0) / (16 * 16);
    return Math.max(1, tokens) * Math.max(1, steps.orElse(1));
  }

  /// Its body, as SGLang's benchmark sends it: JSON, or a form where there is a picture.
  HttpRequest.Builder fill(HttpRequest.Builder request, String model) {
    ObjectNode fields = fields(model);
    if (prompt.picture().isEmpty()) {
      return request
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofString(fields.toString()));
    }
    var form = new Multipart(fields, prompt.picture().get());
    return request
        .header("Content-Type", form.type())
        .POST(BodyPublishers.ofByteArray(form.bytes()));
  }

  private ObjectNode fields(String model) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put("model", model).put("prompt", prompt.text()).put("n", outputs);
    fields.put("response_format", "b64_json");
    if (width.isPresent() && height.isPresent()) {
      fields.put("size", width.getAsInt() + "x" + height.getAsInt());
    }
    steps.ifPresent(number -> fields.put("num_inference_steps", number));
    return fields.setAll(extra);
  }
}
