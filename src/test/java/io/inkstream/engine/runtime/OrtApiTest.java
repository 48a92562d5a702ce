package io.inkstream.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.NativeLibrary;
import io.inkstream.engine.tensor.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The table of functions does what the names in it say.
class OrtApiTest {
  private final OrtApi api = OrtApi.load(LibraryFiles.find(DeviceSettings.CPU));

  @TempDir private Path folder;

  @Test
  void theLibraryTellsItsVersion() {
    assertThat(api.version()).matches("1\\.\\d+\\.\\d+");
  }

  @Test
  void placesAreInTheOrderOfTheTableAndNoneTwice() {
    int[] places = Arrays.stream(OrtFunction.values()).mapToInt(OrtFunction::place).toArray();
    int[] sorted = Arrays.stream(places).sorted().distinct().toArray();

    assertThat(places).isEqualTo(sorted);
  }

  @Test
  void aMemorysNameIsCheckedByTheLibrary() {
    try (var arena = Arena.ofConfined()) {
      long cpu = CText.of("Cpu", arena);
      assertThat(api.get(OrtFunction.CREATE_MEMORY_INFO, cpu, 0, 0, 0)).isNotZero();

      long nonsense = CText.of("Nonsense", arena);
      assertThatThrownBy(() -> api.get(OrtFunction.CREATE_MEMORY_INFO, nonsense, 0, 0, 0))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("not supported");
    }
  }

  @Test
  void anUnknownOptimizationLevelIsRefusedWithTheLibrarysText() {
    long options = api.get(OrtFunction.CREATE_SESSION_OPTIONS);
    try {
      assertThatThrownBy(() -> api.call(OrtFunction.SET_OPTIMIZATION_LEVEL, options, 50))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("graph_optimization_level");
    } finally {
      api.release(OrtFunction.RELEASE_SESSION_OPTIONS, options);
    }
  }

  @Test
  void aFailureOfOursComesBackAsItsText() {
    long status = api.failure("the kernel says no");

    assertThatThrownBy(() -> api.check(status))
        .isInstanceOf(EngineException.class)
        .hasMessage("the kernel says no");
  }

  @Test
  void aCallWithTooFewArgumentsIsNotMade() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> api.call(OrtFunction.RUN, 0))
        .withMessage("RUN has 8 parameters, was given 1");
  }

  @Test
  void textsOfCAreUtf8() {
    try (var arena = Arena.ofConfined()) {
      assertThat(CText.at(CText.of("Größe 寸", arena))).isEqualTo("Größe 寸");
      assertThat(CText.at(CText.of("", arena))).isEmpty();
    }
  }

  /// From 1.29 on it would read this process's command line, by a function that is as deep as it is
  /// long.
  @Test
  void theLibraryIsToldToTellNobodyOfItsUse() {
    OnnxRuntime.start(RuntimeSettings.defaults());

    try (var arena = Arena.ofConfined()) {
      long name = CText.of("ORT_DISABLE_TELEMETRY", arena);
      assertThat(CText.at(NativeLibrary.ofProcess().call("getenv", name))).isEqualTo("1");
    }
  }

  @Test
  void aFileThatIsNoLibraryIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("libonnxruntime.so"), "nonsense");

    assertThatThrownBy(() -> OrtApi.load(file))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith(file + " is not ONNX Runtime's library: ");
  }

  @Test
  void aFolderWithoutTheLibraryIsNamed() {
    var settings =
        new DeviceSettings(
            Device.CPU,
            OptionalLong.empty(),
            false,
            true,
            Optional.of(folder),
            Map.of(),
            DType.F32);

    assertThatThrownBy(() -> LibraryFiles.find(settings))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "onnxruntime-library is %s: there is no %s in it",
            folder, System.mapLibraryName("onnxruntime"));
  }
}
