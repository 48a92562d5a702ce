package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.decoder.PictureFile;
import java.util.LinkedHashMap;
import java.util.Map;

/// What an order says of a picture that is kept elsewhere.
///
/// @param id in the [InputLibrary]
/// @param digest SHA-256 of the file, in hexadecimal
/// @param alpha whether it has an alpha channel
public record InputReference(String id, String digest, int width, int height, boolean alpha) {
  public static InputReference of(String id, PictureFile file) {
    return new InputReference(id, file.digest(), file.width(), file.height(), file.alpha());
  }

  /// Reads what [#toMap] wrote.
  ///
  /// @throws io.inkstream.engine.request.InvalidRequestException if it is something else
  static InputReference of(Field field, JsonNode json) {
    boolean whole =
        json.path("file_id").isTextual()
            && json.path("sha256").isTextual()
            && json.path("width").canConvertToInt()
            && json.path("height").canConvertToInt();
    if (!whole) {
      throw field.refused(Fields.shown(json), "a picture that is kept");
    }
    return new InputReference(
        json.path("file_id").textValue(),
        json.path("sha256").textValue(),
        json.path("width").intValue(),
        json.path("height").intValue(),
        json.path("alpha").booleanValue());
  }

  PictureFile file(InputLibrary library) {
    return new PictureFile(library.path(id), digest, width, height, alpha, library.limits());
  }

  /// As it stands in JSON.
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("file_id", id);
    map.put("sha256", digest);
    map.put("width", width);
    map.put("height", height);
    map.put("alpha", alpha);
    return map;
  }

  /// The same as JSON.
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    toMap().forEach((key, value) -> json.set(key, PlainJson.of(value)));
    return json;
  }
}
