package io.inkstream.engine.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a safetensors header token by token, so that a hostile one costs no memory.
final class HeaderParser {
  private static final String METADATA = "__metadata__";
  private static final int MOST_ENTRIES = 100_000;
  private static final int HIGHEST_RANK = 64;

  private final Path path;
  private final DataRegion data;
  private final JsonParser parser;
  private final Map<String, TensorEntry> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private @Nullable String current;

  HeaderParser(Path path, DataRegion data, JsonParser parser) {
    this.path = path;
    this.data = data;
    this.parser = parser;
  }

  SafetensorsHeader parse() {
    try {
      parseObject();
    } catch (IOException e) {
      throw current == null
          ? SnapshotException.unreadable(path, e)
          : SnapshotException.tensor(path, current, e);
    }
    return new SafetensorsHeader(tensors, metadata);
  }

  private void parseObject() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new SnapshotException(path, "header is " + found() + ", must be a JSON object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      parseMember(parser.currentName());
      current = null;
    }
    if (parser.nextToken() != null) {
      throw new SnapshotException(path, "header goes on with " + found() + " behind its object");
    }
  }

  private void parseMember(String name) throws IOException {
    current = name;
    if (tensors.size() >= MOST_ENTRIES || metadata.size() > MOST_ENTRIES) {
      throw fail("is one too many, a header has at most " + MOST_ENTRIES + " entries");
    }
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw fail("header entry is " + found() + ", must be an object");
    }
    if (name.equals(METADATA)) {
      parseMetadata();
    } else {
      tensors.put(name, parseEntry(name));
    }
  }

  private void parseMetadata() throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      metadata.put(key, text(key));
      if (metadata.size() > MOST_ENTRIES) {
        throw fail("has more than " + MOST_ENTRIES + " entries");
      }
    }
  }

  private TensorEntry parseEntry(String name) throws IOException {
    DType dtype = null;
    Shape shape = null;
    long[] offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> dtype = dtype();
        case "shape" -> shape = shape();
        case "data_offsets" -> offsets = offsets();
        default -> parser.skipChildren();
      }
    }
    return data.entry(
        name,
        required("dtype", dtype),
        required("shape", shape),
        required("data_offsets", offsets));
  }

  private <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw fail("has no " + field);
    }
    return value;
  }

  private DType dtype() throws IOException {
    String name = text("dtype");
    return DType.named(name)
        .orElseThrow(() ->
            fail(
                "dtype is "
                    + SnapshotException.shown(name)
                    + ", must be one of "
                    + Arrays.toString(DType.values())));
  }

  private Shape shape() throws IOException {
    long[] dims = integers("shape", HIGHEST_RANK);
    try {
      return new Shape(dims);
    } catch (ArithmeticException e) {
      throw fail(
          "shape is "
              + SnapshotException.shown(Arrays.toString(dims))
              + ", too large for any file");
    }
  }

  private long[] offsets() throws IOException {
    long[] offsets = integers("data_offsets", 2);
    if (offsets.length != 2) {
      throw fail("data_offsets are " + Arrays.toString(offsets) + ", must be two integers");
    }
    return offsets;
  }

  private long[] integers(String field, int most) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw fail(field + " is " + found() + ", must be an array of integers");
    }
    long[] values = new long[most];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (count == most) {
        throw fail(field + " has more than " + most + " integers, the most allowed");
      }
      values[count++] = integer(field);
    }
    return Arrays.copyOf(values, count);
  }

  private long integer(String field) throws IOException {
    boolean fits =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
            && parser.getLongValue() >= 0;
    if (!fits) {
      throw fail(field + " has " + found() + ", must have integers from 0 to " + Long.MAX_VALUE);
    }
    return parser.getLongValue();
  }

  private String text(String field) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw fail(SnapshotException.shown(field) + " is " + found() + ", must be a string");
    }
    return parser.getText();
  }

  private String found() throws IOException {
    return switch (parser.currentToken()) {
      case null -> "empty";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> SnapshotException.shown(parser.getText());
    };
  }

  private SnapshotException fail(String problem) {
    return current == null
        ? new SnapshotException(path, problem)
        : SnapshotException.tensor(path, current, problem);
  }
}
