package io.inkstream.cli.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.util.UUID;

/// A form with a picture, `multipart/form-data` (RFC 7578): values that are no text as JSON.
final class Multipart {
  private final String boundary = "inkstream-" + UUID.randomUUID();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  Multipart(ObjectNode fields, InputPicture picture) {
    fields.properties().forEach(field -> part(field.getKey(), field.getValue()));
    head("\"image\"; filename=\"%s\"".formatted(quoted(picture.name())));
    write("Content-Type: application/octet-stream\r\n\r\n");
    body.writeBytes(picture.bytes());
    write("\r\n--" + boundary + "--\r\n");
  }

  private void part(String name, JsonNode value) {
    head('"' + quoted(name) + '"');
    write("\r\n" + (value.isTextual() ? value.textValue() : value.toString()) + "\r\n");
  }

  private void head(String name) {
    write("--%s\r\nContent-Disposition: form-data; name=%s\r\n".formatted(boundary, name));
  }

  /// As browsers escape it (WHATWG).
  private static String quoted(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }

  private void write(String text) {
    body.writeBytes(text.getBytes(UTF_8));
  }

  String type() {
    return "multipart/form-data; boundary=" + boundary;
  }

  byte[] bytes() {
    return body.toByteArray();
  }
}
