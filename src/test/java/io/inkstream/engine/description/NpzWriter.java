package io.inkstream.engine.description;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.inkstream.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes NumPy's `.npz`: a zip of float32 arrays in `.npy` form, version 1.0.
final class NpzWriter {
  private NpzWriter() {}

  static void write(Path file, Map<String, Tensor> arrays) throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (var array : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        zip.write(npy(array.getValue()));
        zip.closeEntry();
      }
    }
  }

  private static byte[] npy(Tensor array) {
    var shape = new StringBuilder();
    for (long dim : array.shape().dims()) {
      shape.append(dim).append(", ");
    }
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
    int preamble = 10;
    int length = Math.ceilDiv(preamble + header.length() + 1, 64) * 64 - preamble;
    float[] values = array.toArray();
    var npy =
        ByteBuffer.allocate(preamble + length + values.length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    npy.put((byte) 0x93).put("NUMPY".getBytes(US_ASCII)).put((byte) 1).put((byte) 0);
    npy.putShort((short) length);
    npy.put((header + " ".repeat(length - header.length() - 1) + "\n").getBytes(US_ASCII));
    for (float value : values) {
      npy.putFloat(value);
    }
    return npy.array();
  }
}
