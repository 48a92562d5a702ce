package io.inkstream.engine.image;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes JSON (RFC 8259) on one line: strings, numbers, booleans, null, collections and maps.
final class Json {
  private final StringBuilder out = new StringBuilder();

  private Json() {}

  /// @throws IllegalArgumentException if a value has no form in JSON
  static String of(@Nullable Object value) {
    Json json = new Json();
    json.write(value);
    return json.out.toString();
  }

  private void write(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Boolean bool -> out.append(bool);
      case Number number -> out.append(plain(number));
      case CharSequence text -> writeText(text.toString());
      case Collection<?> list -> writeList(list);
      case Map<?, ?> map -> writeMap(map);
      default ->
          throw new IllegalArgumentException(
              "setting of type " + value.getClass().getName() + ": JSON has no such value");
    }
  }

  /// A whole number has no fraction, whatever its type.
  static String plain(Number number) {
    double value = number.doubleValue();
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("setting " + number + ": JSON has no such number");
    }
    boolean floating = number instanceof Double || number instanceof Float;
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return floating && whole ? Long.toString((long) value) : number.toString();
  }

  private void writeList(Collection<?> list) {
    String separator = "";
    out.append('[');
    for (Object element : list) {
      out.append(separator);
      write(element);
      separator = ", ";
    }
    out.append(']');
  }

  private void writeMap(Map<?, ?> map) {
    String separator = "";
    out.append('{');
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      writeText(String.valueOf(entry.getKey()));
      out.append(": ");
      write(entry.getValue());
      separator = ", ";
    }
    out.append('}');
  }

  private void writeText(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      writeCharacter(text.charAt(i));
    }
    out.append('"');
  }

  private void writeCharacter(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < ' ') {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
