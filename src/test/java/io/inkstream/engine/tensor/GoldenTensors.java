package io.inkstream.engine.tensor;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// Reads the few tensors of a golden file that tests of noise, sigmas and guidance compare with.
public final class GoldenTensors {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ByteBuffer data;
  private final JsonNode header;

  private GoldenTensors(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(LITTLE_ENDIAN);
      byte[] json = new byte[Math.toIntExact(bytes.getLong())];
      bytes.get(json);
      header = JSON.readTree(json);
      data = bytes.slice().order(LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `NAME.safetensors` of the golden folder; another folder may lack it, and the test is skipped.
  public static GoldenTensors open(String name) {
    return new GoldenTensors(existing(name + ".safetensors"));
  }

  /// A JSON file of the golden folder; another folder may lack it, and the test is skipped.
  public static JsonNode json(String name) {
    return parse(existing(name));
  }

  /// A JSON file of the snapshot that the goldens were made with.
  public static JsonNode snapshot(String name) {
    return parse(folder("goldens.snapshot", "tiny").resolve(name));
  }

  /// Every case of the golden folder, but Qwen-Image-2.1's, which are written otherwise: the node
  /// of `index.json`, with `case.name`.
  public static List<JsonNode> cases() {
    List<JsonNode> cases = new ArrayList<>();
    json("index.json").get("cases").forEach(cases::add);
    cases.removeIf(golden -> !golden.has("case"));
    return cases;
  }

  /// All names in the file's order.
  public List<String> names() {
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    return names;
  }

  public boolean has(String name) {
    return header.has(name);
  }

  public DType type(String name) {
    return DType.named(header.get(name).get("dtype").asText()).orElseThrow();
  }

  public long[] dims(String name) {
    return JSON.convertValue(header.get(name).get("shape"), long[].class);
  }

  /// The values, widened or (`F64`) as they are.
  public double[] doubles(String name) {
    DType type = type(name);
    int from = header.get(name).get("data_offsets").get(0).asInt();
    double[] values = new double[Math.toIntExact(new Shape(dims(name)).elements())];
    for (int i = 0; i < values.length; i++) {
      int at = from + i * type.bytes();
      values[i] =
          switch (type) {
            case F64 -> data.getDouble(at);
            case F32 -> data.getFloat(at);
            case F16 -> Float.float16ToFloat(data.getShort(at));
            case BF16 -> BFloat16.toFloat(data.getShort(at));
            default -> throw new IllegalArgumentException(name + " has type " + type);
          };
    }
    return values;
  }

  /// The values as floats.
  public float[] floats(String name) {
    return toFloats(doubles(name));
  }

  /// Rounded to floats.
  public static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static Path existing(String name) {
    Path file = folder("goldens", "public").resolve(name);
    boolean other = !System.getProperty("goldens", "").isEmpty();
    Assumptions.assumeFalse(other && !Files.exists(file), () -> "no " + file);
    return file;
  }

  private static Path folder(String property, String usual) {
    String set = System.getProperty(property, "");
    return set.isEmpty() ? Path.of("src/test/resources/goldens", usual) : Path.of(set);
  }

  private static JsonNode parse(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
