package io.inkstream.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.order.Fields;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads the bodies of SGLang's routes for adapters, whose fields are one value or a list.
@Singleton
final class LoraRequestBody {
  private static final String NICKNAME = "lora_nickname";
  private static final String PATH = "lora_path";
  private static final String STRENGTH = "strength";
  private static final String TARGET = "target";
  private static final String MERGE_MODE = "merge_mode";
  private static final String ALPHA = "lora_alpha";
  private static final List<String> TARGETS = List.of("all", "transformer");
  private static final List<String> MODES = List.of("auto", "dynamic");

  private final ImageRequestBody bodies;

  LoraRequestBody(ImageRequestBody bodies) {
    this.bodies = bodies;
  }

  /// The adapters of `/v1/set_lora`.
  ///
  /// @throws ApiException if the body or a field of it is not as it must be
  List<AdapterChoice> set(byte[] json) {
    ObjectNode body = bodies.object(json);
    requireTarget(body);
    requireOneOf(body, MERGE_MODE, MODES, ": weights are merged at the start, --lora-merge-mode");
    if (body.hasNonNull(ALPHA)) {
      throw refused(body, ALPHA, "left out: it is read from the file");
    }
    List<JsonNode> names = listed(body, NICKNAME, LoraRequestBody::isText, "a text or a list");
    if (names.isEmpty()) {
      throw ApiException.badRequest(NICKNAME, NICKNAME + " is missing, must be a text or a list");
    }
    List<JsonNode> paths = listed(body, PATH, LoraRequestBody::isText, "a text or a list");
    List<JsonNode> strengths = listed(body, STRENGTH, JsonNode::isNumber, "a number or a list");
    requireAsMany(body, PATH, paths, names.size());
    requireAsMany(body, STRENGTH, strengths, names.size());
    List<AdapterChoice> choices = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      choices.add(
          new AdapterChoice(
              Optional.of(names.get(i).textValue()),
              paths.isEmpty() ? Optional.empty() : Optional.of(paths.get(i).textValue()),
              strengths.isEmpty()
                  ? 1
                  : strengths.get(strengths.size() == 1 ? 0 : i).doubleValue()));
    }
    return choices;
  }

  /// The strength of `/v1/merge_lora_weights`, if one is said.
  ///
  /// @throws ApiException if the body or a field of it is not as it must be
  Optional<Double> merge(byte[] json) {
    ObjectNode body = optional(json);
    requireTarget(body);
    JsonNode strength = body.path(STRENGTH);
    if (strength.isMissingNode() || strength.isNull()) {
      return Optional.empty();
    }
    if (!strength.isNumber() || Math.abs(strength.doubleValue()) > AdapterChoice.LARGEST) {
      throw refused(
          body, STRENGTH, "a number between -%.0f and %1$.0f".formatted(AdapterChoice.LARGEST));
    }
    return Optional.of(strength.doubleValue());
  }

  /// Checks the body of `/v1/unmerge_lora_weights`.
  ///
  /// @throws ApiException if the body or a field of it is not as it must be
  void unmerge(byte[] json) {
    requireTarget(optional(json));
  }

  private ObjectNode optional(byte[] json) {
    return json.length == 0 ? bodies.object(new byte[] {'{', '}'}) : bodies.object(json);
  }

  private static void requireTarget(ObjectNode body) {
    requireOneOf(body, TARGET, TARGETS, ": the model has one transformer");
  }

  private static void requireOneOf(
      ObjectNode body, String field, List<String> words, String because) {
    String allowed = String.join(" or ", words) + because;
    listed(body, field, one -> one.isTextual() && words.contains(one.textValue()), allowed);
  }

  /// One value or several; none if the field is not there.
  private static List<JsonNode> listed(
      ObjectNode body, String field, Predicate<JsonNode> fits, String allowed) {
    JsonNode value = body.path(field);
    List<JsonNode> all = new ArrayList<>();
    if (value instanceof ArrayNode list) {
      list.forEach(all::add);
    } else if (!value.isMissingNode() && !value.isNull()) {
      all.add(value);
    }
    if (!all.stream().allMatch(fits)) {
      throw refused(body, field, allowed);
    }
    return all;
  }

  private static boolean isText(JsonNode value) {
    return value.isTextual() && !value.textValue().isBlank();
  }

  private static void requireAsMany(
      ObjectNode body, String field, List<JsonNode> given, int names) {
    boolean one = field.equals(STRENGTH) && given.size() == 1;
    if (!given.isEmpty() && !one && given.size() != names) {
      throw refused(body, field, "one for each of %d nicknames".formatted(names));
    }
  }

  private static ApiException refused(ObjectNode body, String field, String allowed) {
    return ApiException.badRequest(
        field, "%s is %s, must be %s".formatted(field, Fields.shown(body.path(field)), allowed));
  }
}
