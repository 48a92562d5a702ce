package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.BFloat16;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Float8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Copies the elements of one tensor out of its file, a chunk at a time.
record TensorElements(Path path, TensorEntry entry) {
  private static final int CHUNK = 1 << 16;

  private interface FloatElement {
    float next(ByteBuffer bytes);
  }

  private interface LongElement {
    long next(ByteBuffer bytes);
  }

  private interface Sink {
    void next(int index, ByteBuffer bytes);
  }

  float[] floats() {
    FloatElement element = floatElement();
    float[] values = new float[count()];
    forEach((i, bytes) -> values[i] = element.next(bytes));
    return values;
  }

  int[] ints() {
    LongElement element = longElement();
    int[] values = new int[count()];
    forEach((i, bytes) -> values[i] = exact(i, element.next(bytes)));
    return values;
  }

  private FloatElement floatElement() {
    return switch (type("F64, F32, F16, BF16, F8_E4M3 or F8_E5M2")) {
      case F64 -> bytes -> (float) bytes.getDouble();
      case F32 -> ByteBuffer::getFloat;
      case F16 -> bytes -> Float.float16ToFloat(bytes.getShort());
      case BF16 -> bytes -> BFloat16.toFloat(bytes.getShort());
      case F8_E4M3 -> looked(Float8.e4m3Values());
      case F8_E5M2 -> looked(Float8.e5m2Values());
      case I64, I32, I16, I8, U8, BOOL ->
          throw wrongType("F64, F32, F16, BF16, F8_E4M3 or F8_E5M2");
    };
  }

  private static FloatElement looked(float[] values) {
    return bytes -> values[bytes.get() & 0xFF];
  }

  private LongElement longElement() {
    return switch (type("I64, I32, I16, I8, U8 or BOOL")) {
      case I64 -> ByteBuffer::getLong;
      case I32 -> ByteBuffer::getInt;
      case I16 -> ByteBuffer::getShort;
      case I8 -> ByteBuffer::get;
      case U8, BOOL -> bytes -> bytes.get() & 0xFF;
      case F64, F32, F16, BF16, F8_E4M3, F8_E5M2 ->
          throw wrongType("I64, I32, I16, I8, U8 or BOOL");
    };
  }

  private DType type(String allowed) {
    return switch (entry.encoding()) {
      case Encoding.Plain(DType type) -> type;
      case Encoding.Scaled _, Encoding.Blocks _, Encoding.ScaledRows _, Encoding.KernelBlocks _ ->
          throw wrongType(allowed);
    };
  }

  private SnapshotException wrongType(String allowed) {
    return SnapshotException.tensor(
        path, entry.name(), "dtype is " + entry.encoding() + ", must be " + allowed);
  }

  private int exact(int index, long value) {
    if (value != (int) value) {
      throw SnapshotException.tensor(
          path, entry.name(), "element " + index + " is " + value + ", must fit 32 bits");
    }
    return (int) value;
  }

  /// The number of elements, if their copy takes at most half of the heap.
  private int count() {
    long most = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 8);
    long count = entry.shape().elements();
    if (count > most) {
      throw SnapshotException.tensor(
          path, entry.name(), "has " + count + " elements, at most " + most + " fit into memory");
    }
    return (int) count;
  }

  private void forEach(Sink sink) {
    try (FileChannel channel = FileChannel.open(entry.file())) {
      long end = entry.offset() + entry.length();
      int index = 0;
      for (long position = entry.offset(); position < end; position += CHUNK) {
        ByteBuffer chunk = chunk(channel, position, (int) Math.min(CHUNK, end - position));
        while (chunk.hasRemaining()) {
          sink.next(index++, chunk);
        }
      }
    } catch (IOException e) {
      throw SnapshotException.tensor(path, entry.name(), e);
    }
  }

  private static ByteBuffer chunk(FileChannel channel, long position, int size) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    ChannelRange.fill(channel, buffer, position);
    return buffer;
  }
}
