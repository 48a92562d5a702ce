package io.inkstream.server.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalLong;

/// Why a batch's file is none.
///
/// @param line of the file, from 1
public record BatchError(String code, String message, Optional<String> param, OptionalLong line) {
  static BatchError ofFile(String code, String message) {
    return new BatchError(code, message, Optional.empty(), OptionalLong.empty());
  }

  static BatchError ofLine(long line, String code, String param, String message) {
    return new BatchError(code, message, Optional.of(param), OptionalLong.of(line));
  }

  ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance.objectNode().put("code", code).put("message", message);
    param.ifPresent(name -> json.put("param", name));
    line.ifPresent(number -> json.put("line", number));
    return json;
  }

  static BatchError fromJson(JsonNode json) {
    return new BatchError(
        json.required("code").textValue(),
        json.required("message").textValue(),
        Optional.ofNullable(json.path("param").textValue()),
        json.has("line") ? OptionalLong.of(json.get("line").longValue()) : OptionalLong.empty());
  }
}
