package io.inkstream.engine.decoder;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import io.inkstream.engine.image.ImageFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/// One run of the C libraries over one file, in an instance of their own: whatever the file makes
/// them do, they reach nothing but their own memory and what stands here, and end when they are
/// told to (`src/main/wasm/picture.c`).
final class Decoding {
  private static final WasmModule MODULE = PictureCodecs.load();
  private static final int NOTHING_READ = 0;

  private final InputStream in;
  private final DecoderLimits limits;
  private final PictureSink sink;
  private final long deadline;
  private int rowBytes;

  Decoding(InputStream in, DecoderLimits limits, PictureSink sink) {
    this.in = in;
    this.limits = limits;
    this.sink = sink;
    this.deadline = System.nanoTime() + limits.time().toNanos();
  }

  /// @param pages of memory at most
  /// @throws ImageFormatException if it is no picture, or one that is not to be decoded
  /// @throws IOException if the file cannot be read
  void run(int pages) throws IOException {
    try {
      Instance instance =
          Instance.builder(MODULE)
              .withMachineFactory(PictureCodecs::create)
              .withMemoryFactory(ByteArrayMemory::new)
              .withMemoryLimits(memory(pages))
              .withImportValues(imports())
              .build();
      instance.export("_initialize").apply();
      instance.export("decode").apply();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (TrapException | WasmRuntimeException e) {
      throw new ImageFormatException("the picture's data is damaged", e);
    }
  }

  private static MemoryLimits memory(int pages) {
    int initial = MODULE.memorySection().orElseThrow().getMemory(0).limits().initialPages();
    return new MemoryLimits(initial, Math.max(initial, pages));
  }

  private ImportValues imports() {
    return ImportValues.builder()
        .addFunction(
            function("read", 2, true, (instance, args) -> read(instance.memory(), args)),
            function("begin", 4, false, (instance, args) -> begin(args)),
            function("row", 1, false, (instance, args) -> row(instance.memory(), args)),
            function("tick", 0, false, (instance, args) -> tick()),
            function("fail", 2, false, (instance, args) -> fail(instance.memory(), args)))
        .build();
  }

  private static HostFunction function(
      String name, int parameters, boolean returns, WasmFunctionHandle handle) {
    var takes = java.util.Collections.nCopies(parameters, ValType.I32);
    var gives = returns ? List.of(ValType.I32) : List.<ValType>of();
    return new HostFunction("host", name, FunctionType.of(takes, gives), handle);
  }

  private long[] read(Memory memory, long... args) {
    tick();
    try {
      byte[] bytes = in.readNBytes((int) args[1]);
      memory.write((int) args[0], bytes);
      return new long[] {Math.max(NOTHING_READ, bytes.length)};
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long[] begin(long... args) {
    int width = (int) args[0];
    int height = (int) args[1];
    limits.require(width, height);
    rowBytes = width * (int) args[2];
    sink.begin(width, height, (int) args[2], Orientation.of((int) args[3]));
    return none();
  }

  private long[] row(Memory memory, long... args) {
    tick();
    sink.row(memory.readBytes((int) args[0], rowBytes));
    return none();
  }

  private long[] tick() {
    if (System.nanoTime() - deadline > 0) {
      throw new ImageFormatException(
          "the picture takes longer than %d s to decode".formatted(limits.time().toSeconds()));
    }
    return none();
  }

  private static long[] fail(Memory memory, long... args) {
    String words = new String(memory.readBytes((int) args[0], (int) args[1]), UTF_8);
    throw new ImageFormatException("the picture cannot be decoded: " + oneLine(words));
  }

  /// A message may quote the file.
  private static String oneLine(String words) {
    return words.replaceAll("[^\\p{Print}]", "?");
  }

  private static long[] none() {
    return new long[0];
  }
}
