package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;

/// Ways in which files of weights are damaged: cut, lying headers, overlaps, numbers that are none.
/// Which tensor and which value it is depends on the random numbers alone.
final class DamagedFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long[] HUGE = {
    1L << 60, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 0xFFFF_FFFFL, 1L << 62
  };

  private DamagedFile() {}

  /// How many ways there are for GGUF and for safetensors.
  static final int WAYS = 12;

  static byte[] gguf(byte[] whole, int way, Random random) {
    byte[] bytes = whole.clone();
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var infos = infos(file);
    int[] info = infos.get(random.nextInt(infos.size()));
    int[] other = infos.get((infos.indexOf(info) + 1) % infos.size());
    return switch (way) {
      case 0 -> Arrays.copyOf(bytes, random.nextInt(infos.getLast()[3]));
      case 1 -> Arrays.copyOf(bytes, bytes.length - 64 - random.nextInt(bytes.length / 2));
      case 2 -> at(file, 8, any(random));
      case 3 -> at(file, 16, any(random));
      case 4 -> at(file, 24, any(random));
      case 5 -> at(file, info[1] + 4, any(random));
      case 6 -> at(file, info[3], 1 + 2L * random.nextInt(1 << 20));
      case 7 -> at(file, info[3], file.getLong(other[3]));
      case 8 -> {
        int[] foreign = {4, 5, 9, 15, 16, 20, 23, 28, 39, 40, 200, -1};
        file.putInt(info[2], foreign[random.nextInt(foreign.length)]);
        yield bytes;
      }
      case 9 -> {
        file.putInt(info[1], 5 + random.nextInt(1 << 20));
        yield bytes;
      }
      case 10 -> {
        bytes[info[0]] ^= (byte) (1 + random.nextInt(30));
        yield bytes;
      }
      default -> at(file, 0, random.nextLong());
    };
  }

  /// A file of Q8_0 whose first such tensor has a scale that is no number.
  static byte[] withAScaleThatIsNone(byte[] whole) {
    byte[] bytes = whole.clone();
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var infos = infos(file);
    int data = (file.position() + 31) / 32 * 32;
    int[] info = infos.stream().filter(one -> file.getInt(one[2]) == 8).findFirst().orElseThrow();
    file.putShort(data + (int) file.getLong(info[3]), (short) 0x7E00);
    return bytes;
  }

  private static long any(Random random) {
    return HUGE[random.nextInt(HUGE.length)];
  }

  private static byte[] at(ByteBuffer file, int place, long value) {
    file.putLong(place, value);
    return file.array();
  }

  /// Where each tensor's name, rank, type and offset are.
  private static List<int[]> infos(ByteBuffer file) {
    long tensors = file.getLong(8);
    long keys = file.getLong(16);
    file.position(24);
    for (long key = 0; key < keys; key++) {
      file.position((int) (file.getLong() + file.position()));
      value(file, file.getInt());
    }
    List<int[]> infos = new ArrayList<>();
    for (long tensor = 0; tensor < tensors; tensor++) {
      int length = (int) file.getLong();
      int name = file.position();
      int rank = name + length;
      int type = rank + 4 + 8 * file.getInt(rank);
      infos.add(new int[] {name, rank, type, type + 4});
      file.position(type + 12);
    }
    return infos;
  }

  private static void value(ByteBuffer file, int type) {
    switch (type) {
      case 8 -> file.position((int) (file.getLong() + file.position()));
      case 9 -> {
        int of = file.getInt();
        long count = file.getLong();
        for (long i = 0; i < count; i++) {
          value(file, of);
        }
      }
      case 0, 1, 7 -> file.position(file.position() + 1);
      case 2, 3 -> file.position(file.position() + 2);
      case 10, 11, 12 -> file.position(file.position() + 8);
      default -> file.position(file.position() + 4);
    }
  }

  static byte[] safetensors(byte[] whole, int way, Random random) {
    try {
      int length = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
      var header = (ObjectNode) JSON.readTree(whole, 8, length);
      byte[] data = Arrays.copyOfRange(whole, 8 + length, whole.length);
      return switch (way) {
        case 0 -> Arrays.copyOf(whole, random.nextInt(8 + length));
        case 1 -> Arrays.copyOf(whole, 8 + length + random.nextInt(data.length));
        case 2 -> {
          byte[] bytes = whole.clone();
          yield at(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, any(random));
        }
        case 3 -> {
          byte[] bytes = whole.clone();
          bytes[8 + random.nextInt(length / 2)] = (byte) 0xFF; // no UTF-8
          yield bytes;
        }
        case 4 -> file("[".repeat(1 + random.nextInt(200_000)), data);
        default -> {
          change(header, way, random);
          yield file(JSON.writeValueAsString(header), data);
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void change(ObjectNode header, int way, Random random) {
    List<String> names =
        StreamSupport.stream(((Iterable<String>) header::fieldNames).spliterator(), false)
            .filter(name -> !name.equals("__metadata__"))
            .filter(name -> header.get(name).get("shape").size() > 0)
            .toList();
    String name = names.get(random.nextInt(names.size()));
    String other = names.get((names.indexOf(name) + 1) % names.size());
    var entry = (ObjectNode) header.get(name);
    switch (way) {
      case 5 -> entry.set("data_offsets", header.get(other).get("data_offsets"));
      case 6 -> entry.putArray("data_offsets").add(any(random)).add(any(random));
      case 7 -> entry.putArray("shape").add(any(random)).add(any(random));
      case 8 -> {
        String[] types = {"F64", "I64", "F8_E8M0", "F4", "BF17", ""};
        entry.put("dtype", types[random.nextInt(types.length)]);
      }
      case 9 -> header.remove(name);
      case 10 -> {
        header.remove(name);
        header.set(name + "." + random.nextInt(1000), entry);
      }
      default -> header.set(name, header.get("__metadata__"));
    }
  }

  private static byte[] file(String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }
}
