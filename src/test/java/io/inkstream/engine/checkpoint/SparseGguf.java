package io.inkstream.engine.checkpoint;

import io.inkstream.engine.weights.BlockType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// GGUF files of any size with a hole for their numbers: zeros that take no room on the disk.
public final class SparseGguf {
  private static final int Q4_K = 12;

  private final Map<String, long[]> tensors = new LinkedHashMap<>();

  /// A matrix in Q4_K `[out, in]`, or a vector in float32.
  public SparseGguf add(String name, long... shape) {
    tensors.put(name, shape);
    return this;
  }

  /// A linear layer with its bias.
  public SparseGguf linear(String name, long out, long in) {
    return add(name + ".weight", out, in).add(name + ".bias", out);
  }

  /// Qwen-Image's transformer as it is published, of so many blocks.
  public static SparseGguf transformer(int blocks) {
    long width = 3072;
    var file =
        new SparseGguf()
            .linear("img_in", width, 64)
            .linear("txt_in", width, 3584)
            .add("txt_norm.weight", 3584)
            .linear("time_text_embed.timestep_embedder.linear_1", width, 256)
            .linear("time_text_embed.timestep_embedder.linear_2", width, width)
            .linear("norm_out.linear", 2 * width, width)
            .linear("proj_out", 64, width);
    for (int block = 0; block < blocks; block++) {
      String p = "transformer_blocks." + block + ".";
      for (String name : new String[] {"to_q", "to_k", "to_v", "to_out.0", "to_add_out"}) {
        file.linear(p + "attn." + name, width, width);
      }
      for (String name : new String[] {"add_q_proj", "add_k_proj", "add_v_proj"}) {
        file.linear(p + "attn." + name, width, width);
      }
      for (String name : new String[] {"norm_q", "norm_k", "norm_added_q", "norm_added_k"}) {
        file.add(p + "attn." + name + ".weight", 128);
      }
      for (String stream : new String[] {"img", "txt"}) {
        file.linear(p + stream + "_mlp.net.0.proj", 4 * width, width)
            .linear(p + stream + "_mlp.net.2", width, 4 * width)
            .linear(p + stream + "_mod.1", 6 * width, width);
      }
    }
    return file;
  }

  /// Qwen2.5-VL 7B's language part in llama.cpp's names.
  public static SparseGguf textEncoder() {
    long width = 3584;
    var file =
        new SparseGguf()
            .add("token_embd.weight", 152064, width)
            .add("output_norm.weight", width)
            .add("output.weight", 152064, width);
    for (int layer = 0; layer < 28; layer++) {
      String p = "blk." + layer + ".";
      file.add(p + "attn_norm.weight", width)
          .add(p + "ffn_norm.weight", width)
          .linear(p + "attn_q", width, width)
          .linear(p + "attn_k", 512, width)
          .linear(p + "attn_v", 512, width)
          .add(p + "attn_output.weight", width, width)
          .add(p + "ffn_gate.weight", 18944, width)
          .add(p + "ffn_up.weight", 18944, width)
          .add(p + "ffn_down.weight", width, 18944);
    }
    return file;
  }

  /// Writes it.
  public void writeTo(Path path, String architecture) throws IOException {
    var header = new ByteArrayOutputStream();
    header.write("GGUF".getBytes(StandardCharsets.UTF_8));
    header.writeBytes(bytes(20).putInt(3).putLong(tensors.size()).putLong(1).array());
    header.writeBytes(text("general.architecture"));
    header.writeBytes(bytes(4).putInt(8).array());
    header.writeBytes(text(architecture));
    long at = 0;
    for (var tensor : tensors.entrySet()) {
      long[] shape = tensor.getValue();
      boolean blocks = shape.length > 1 && shape[shape.length - 1] % 256 == 0;
      var info = bytes(4 + 8 * shape.length + 12).putInt(shape.length);
      long elements = 1;
      for (int i = shape.length - 1; i >= 0; i--) {
        info.putLong(shape[i]);
        elements *= shape[i];
      }
      header.writeBytes(text(tensor.getKey()));
      header.writeBytes(info.putInt(blocks ? Q4_K : 0).putLong(at).array());
      long length = blocks ? BlockType.Q4_K.bytes(elements) : elements * Float.BYTES;
      at += (length + 31) / 32 * 32;
    }
    header.writeBytes(new byte[(32 - header.size() % 32) % 32]);
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(header.toByteArray());
      file.setLength(header.size() + at);
    }
  }

  private static byte[] text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return bytes(8 + utf8.length).putLong(utf8.length).put(utf8).array();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
  }
}
