package io.inkstream.server.edits;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.inputs.DataUrl;
import io.inkstream.server.inputs.InputSource;
import io.inkstream.server.inputs.InputStore;
import io.inkstream.server.order.Field;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads a request that brings pictures as JSON: `images: [{image_url}]` or `[{file_id}]`, and a
/// `mask` of that form. Pictures in the text itself (data URLs) go to the disk one by one.
final class EditJson {
  private static final int LONGEST_URL = 20_971_520; // OpenAI's limit, in characters
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(LONGEST_URL).build())
                  .build())
          .build();

  private final InputStore store;
  private final long most;
  private final ObjectNode fields = JsonNodeFactory.instance.objectNode();
  private final List<InputSource> images = new ArrayList<>();
  private final List<InputSource> mask = new ArrayList<>();

  /// @param most bytes of what is no picture
  EditJson(InputStore store, long most) {
    this.store = store;
    this.most = most;
  }

  /// What a body says, and where its pictures are.
  ///
  /// @throws RuntimeException if it is no JSON object, or says a picture in another way
  /// @throws IOException if it cannot be read
  EditBody.Read read(Path body) throws IOException {
    try (JsonParser in = MAPPER.createParser(body.toFile())) {
      return read(in);
    }
  }

  /// The same of a body that is in memory.
  EditBody.Read read(byte[] body) throws IOException {
    try (JsonParser in = MAPPER.createParser(body)) {
      return read(in);
    }
  }

  private EditBody.Read read(JsonParser in) throws IOException {
    try {
      object(in);
      return new EditBody.Read(fields, images, mask);
    } catch (JsonProcessingException e) {
      discard();
      throw ApiException.badRequest(
          null, "The request body is not valid JSON: " + e.getOriginalMessage());
    } catch (RuntimeException e) {
      discard();
      throw e;
    }
  }

  private void discard() {
    Stream.concat(images.stream(), mask.stream())
        .forEach(source -> {
          if (source instanceof InputSource.Brought(var _, Path draft)) {
            store.discard(draft);
          }
        });
  }

  private void object(JsonParser in) throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw ApiException.badRequest(null, "The request body must be a JSON object");
    }
    long other = 0;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      long begin = in.currentLocation().getByteOffset();
      if (name.equals(Field.IMAGES.wireName())) {
        pictures(in);
      } else if (name.equals(Field.MASK.wireName())) {
        one(in, Field.MASK).ifPresent(mask::add);
      } else {
        fields.set(name, MAPPER.<JsonNode>readTree(in));
        other += in.currentLocation().getByteOffset() - begin;
      }
      if (other > most) {
        throw ApiException.tooLarge("The request body without its pictures", most);
      }
    }
    if (in.nextToken() != null) {
      throw ApiException.badRequest(null, "The request body must be one JSON object");
    }
  }

  private void pictures(JsonParser in) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw refused(Field.IMAGES, "a list of {image_url} or {file_id}");
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (images.size() == InputPictures.MAX_PICTURES) {
        throw refused(Field.IMAGES, "a list of at most %d".formatted(InputPictures.MAX_PICTURES));
      }
      images.add(one(in, Field.IMAGES).orElseThrow(() -> noReference(Field.IMAGES)));
    }
  }

  /// `{image_url}` or `{file_id}`, one of them and nothing else; empty: null.
  private Optional<InputSource> one(JsonParser in, Field field) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw noReference(field);
    }
    Optional<InputSource> found = Optional.empty();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      if (in.nextToken() != JsonToken.VALUE_NULL) {
        if (found.isPresent() || in.currentToken() != JsonToken.VALUE_STRING) {
          throw noReference(field);
        }
        found = Optional.of(source(key, in, field));
      }
    }
    return Optional.of(found.orElseThrow(() -> noReference(field)));
  }

  private InputSource source(String key, JsonParser in, Field field) throws IOException {
    return switch (key) {
      case "file_id" -> new InputSource.Filed(in.getText());
      case "image_url" -> linked(in.getText(), field);
      default -> throw noReference(field);
    };
  }

  private InputSource linked(String url, Field field) throws IOException {
    if (!DataUrl.is(url)) {
      return new InputSource.Linked(url);
    }
    String id = InputStore.newId();
    Path draft = store.draft(id);
    DataUrl.write(url, draft, field.wireName());
    return new InputSource.Brought(id, draft);
  }

  private static InvalidRequestException noReference(Field field) {
    return refused(field, "{image_url} or {file_id}, one of them and nothing else, each");
  }

  private static InvalidRequestException refused(Field field, String allowed) {
    return new InvalidRequestException(
        field.wireName(), "%s must be %s".formatted(field.wireName(), allowed));
  }
}
