package io.inkstream.server.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;

/// A file that is kept, without its contents. It never changes.
///
/// @param name as its sender calls it, or as its reader may
/// @param purpose OpenAI's word: `batch`, `batch_output`
/// @param created in milliseconds, as is `expires`: files of one second have an order, too
public record ClientFile(
    String id, String name, String purpose, long bytes, Instant created, Instant expires)
    implements Comparable<ClientFile> {
  private static final Comparator<ClientFile> OLDEST_FIRST =
      Comparator.comparing(ClientFile::created).thenComparing(ClientFile::id);
  private static final int ID_BYTES = 16;

  /// An id that nobody can guess.
  public static String newId() {
    byte[] bytes = new byte[ID_BYTES];
    // None is kept in a static field: a native image would carry its seed.
    new SecureRandom().nextBytes(bytes);
    return "file-" + HexFormat.of().formatHex(bytes);
  }

  @Override
  public int compareTo(ClientFile other) {
    return OLDEST_FIRST.compare(this, other);
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("filename", name)
        .put("purpose", purpose)
        .put("bytes", bytes)
        .put("created", created.toEpochMilli())
        .put("expires", expires.toEpochMilli());
  }

  /// @throws IllegalArgumentException if that is none
  static ClientFile fromJson(JsonNode json) {
    return new ClientFile(
        json.required("id").textValue(),
        json.required("filename").textValue(),
        json.required("purpose").textValue(),
        json.required("bytes").longValue(),
        Instant.ofEpochMilli(json.required("created").longValue()),
        Instant.ofEpochMilli(json.required("expires").longValue()));
  }
}
