package io.inkstream.engine.runtime;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds ONNX Runtime's libraries: in the folder that the settings name, else where the launcher
/// has unpacked those that come along, else in their jar.
final class LibraryFiles {
  private static final String CORE = System.mapLibraryName("onnxruntime");
  private static Optional<Path> unpacked = Optional.empty();

  private LibraryFiles() {}

  /// The core library's file; those of an execution provider lie beside it.
  ///
  /// @throws EngineException if one is missing
  static synchronized Path find(DeviceSettings settings) {
    Path core = core(settings.library());
    for (String name : beside(settings.device().kind())) {
      if (!Files.isRegularFile(core.resolveSibling(name))) {
        throw new EngineException(
            "device is %s: %s has no %s; give the folder of ONNX Runtime's libraries for it with"
                    .formatted(settings.device(), core.getParent(), name)
                + " --onnxruntime-library or INKSTREAM_ONNXRUNTIME_LIBRARY"
                + otherwise(settings.device().kind()));
      }
    }
    return core;
  }

  private static List<String> beside(Device.Kind kind) {
    return switch (kind) {
      case CPU, EMULATED, COREML -> List.of();
      case CUDA, OPENVINO, MIGRAPHX, TENSORRT ->
          Stream.of("shared", kind.toString())
              .map(name -> System.mapLibraryName("onnxruntime_providers_" + name))
              .toList();
    };
  }

  private static String otherwise(Device.Kind kind) {
    return kind == Device.Kind.CUDA ? ", or build with the Maven profile cuda" : "";
  }

  private static Path core(Optional<Path> folder) {
    if (folder.isPresent()) {
      return in(folder.get())
          .orElseThrow(() ->
              new EngineException(
                  "onnxruntime-library is %s: there is no %s in it".formatted(folder.get(), CORE)));
    }
    return Optional.ofNullable(System.getProperty("onnxruntime.native.path"))
        .flatMap(path -> in(Path.of(path)))
        .orElseGet(LibraryFiles::unpacked);
  }

  /// The library of that folder; its name may end in a version.
  private static Optional<Path> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(CORE))
          .filter(Files::isRegularFile)
          .max(Path::compareTo)
          .map(Path::toAbsolutePath);
    } catch (IOException e) {
      throw new EngineException(folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Path unpacked() {
    if (unpacked.isEmpty()) {
      unpacked = Optional.of(unpack("/ai/onnxruntime/native/" + platform() + "/" + CORE));
    }
    return unpacked.get();
  }

  /// This system, as the jar's folders name it.
  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String os = system.startsWith("mac") ? "osx" : system.startsWith("windows") ? "win" : "linux";
    String arch = System.getProperty("os.arch");
    return os + "-" + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
  }

  private static Path unpack(String resource) {
    try (var library = LibraryFiles.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw new EngineException("ONNX Runtime's jar has no library for this system: " + resource);
      }
      Path folder = Files.createTempDirectory("inkstream-onnxruntime");
      Path file = folder.resolve(CORE);
      Files.copy(library, file);
      folder.toFile().deleteOnExit(); // in reverse order: the file first
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new EngineException("ONNX Runtime's library cannot be unpacked: " + e.getMessage(), e);
    }
  }
}
